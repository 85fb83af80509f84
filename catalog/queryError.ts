import { HubError, toError, userError } from '../base/HubError.ts'

/** Kinds of DuckDB error that only the text of the query, or the values in it, can cause. */
const userKinds = new Set([
  'Parser Error',
  'Binder Error',
  'Catalog Error',
  'Conversion Error',
  'Invalid Input Error',
  'Invalid Error',
  'Invalid Type Error',
  'Mismatch Type Error',
  'Out of Range Error',
  'Not implemented Error',
  'Divide by Zero Error',
  'Expression Error',
  'Dependency Error',
  'Syntax Error',
])

interface Context {
  /** What can be queried, for the hint of an unknown name. */
  readonly relations: readonly string[]
  /** The Parquet files of the hub, absolute. */
  readonly files: readonly string[]
  /** The limit that ran out, where one did. */
  readonly timedOutAfterSeconds?: number | undefined
  /** The catalog was closed under the query. */
  readonly closed: boolean
}

/** What DuckDB threw, as a HubError; its caret lines stay in the message. */
export function queryError(
  thrown: unknown,
  { relations, files, timedOutAfterSeconds, closed }: Context,
): HubError {
  if (thrown instanceof HubError) return thrown
  const cause = toError(thrown)
  const message = cause.message.replace(/^Failed to [a-z ]+: /, '').trim()
  const kind = /^([A-Za-z ]+?Error|INTERRUPT|INTERNAL)\b/.exec(message)?.[1] ?? ''
  if (timedOutAfterSeconds !== undefined)
    return userError(
      'sql_timeout',
      `the query was stopped after ${timedOutAfterSeconds} s`,
      'narrow it (WHERE, LIMIT, fewer joined rows) or give it more time',
      cause,
    )
  if (closed) return catalogClosed(cause)
  // A file of the hub that is gone is searched for as a folder of that name, which is out of reach.
  const ownFileGone = files.some(file => message.includes(`"${file}/`))
  if (kind === 'Permission Error' && !ownFileGone)
    return userError(
      'sql_not_allowed',
      message,
      'SQL reads the tables of the hub and nothing else: no other file, no setting, no extension',
      cause,
    )
  if (kind === 'Out of Memory Error')
    return userError(
      'sql_out_of_memory',
      `the query needs more memory or temporary disk than it may use: ${message.split('\n')[0]}`,
      'narrow it (WHERE, LIMIT, fewer joined rows, count instead of list) or allow more memory',
      cause,
    )
  if (userKinds.has(kind)) {
    const unknownName = /does not exist|not found/.test(message)
    return userError(
      'sql_error',
      message,
      unknownName ? `tables and views: ${relations.join(', ')}` : undefined,
      cause,
    )
  }
  return new HubError({
    code: 'catalog_unreadable',
    message: `the catalog could not answer: ${message}`,
    hint: 'a table file of the hub may be missing or damaged, or the disk for temporary files full',
    cause,
  })
}

export function catalogClosed(cause?: unknown): HubError {
  return new HubError({ code: 'catalog_closed', message: 'the catalog was closed', cause })
}
