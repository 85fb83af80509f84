import { compareKeys, cutRange, guessCuts, type KeyRange } from './keyRange.ts'
import { type RetryPolicy, retry } from './retryPolicy.ts'
import type { ObjectInfo } from './Storage.ts'
import type { S3Connection, S3Page, S3PageRequest } from './s3Connection.ts'
import { traverse, type Visitor } from './traverse.ts'

export interface S3ListingOptions {
  readonly connection: S3Connection
  readonly prefix: string
  readonly concurrency: number
  readonly policy: RetryPolicy
  readonly signal?: AbortSignal | undefined
}

/** Pages of a range that are read before it is cut: cutting costs requests that a short range does not repay. */
const pagesBeforeCut = 2

/**
 * Every object below a prefix, in shards. A range of keys is read page by page; while other connections are idle, what is left of it is
 * cut: at the sub-prefixes up to the next `/` that the server tells, and by characters where the keys are flat. So a million folders of
 * one object and one folder of a million objects both take about a thousand requests, many at once, and a page is all that is held
 * of each range.
 */
export function s3Listing(options: S3ListingOptions): AsyncGenerator<ObjectInfo> {
  const { connection, prefix, concurrency, policy, signal } = options
  // Directory buckets of S3 Express list in no order: they have no ranges.
  const ordered = !connection.bucket.endsWith('--x-s3')

  const visit = async (range: KeyRange, visitor: Visitor<KeyRange, ObjectInfo>): Promise<void> => {
    const ask = (request: S3PageRequest): Promise<S3Page> =>
      retry(policy, s => connection.listPage(request, s), { signal: visitor.signal })
    const within = (key: string) => range.until === undefined || compareKeys(key, range.until) <= 0
    let first: string | undefined
    let token: string | undefined
    for (let pages = 1; ; pages += 1) {
      const page = await ask({ prefix, ...(token === undefined ? { after: range.after } : { token }) })
      await visitor.emit(page.objects.filter(object => within(object.key) && !isFolderMarker(object)))
      const last = page.objects.at(-1)?.key
      first ??= page.objects[0]?.key
      if (page.next === null || (last !== undefined && !within(last))) return
      token = page.next
      if (!ordered || pages < pagesBeforeCut || !visitor.idle()) continue
      if (first === undefined || last === undefined) continue
      const parts = await cut({ ...range, after: last }, first, last, ask)
      if (parts.length === 1) continue
      for (const part of parts) await visitor.spawn(part)
      return
    }
  }

  /** Cuts a range at the next sub-prefixes of the highest folder around its beginning that has such, else by a guess. */
  const cut = async (
    range: KeyRange,
    first: string,
    last: string,
    ask: (request: S3PageRequest) => Promise<S3Page>,
  ): Promise<KeyRange[]> => {
    const most = 2 * concurrency
    let folder = prefix
    for (;;) {
      const { prefixes, next } = await ask({ prefix: folder, delimiter: '/', after: last })
      const slash = last.indexOf('/', folder.length)
      // Where more sub-prefixes follow than a page tells, or none at all in the last folder, the far ones can only be guessed.
      const guessing = prefixes.length > 0 ? next !== null : slash < 0
      const parts = cutRange(range, guessing ? guessCuts(folder, first, last) : prefixes, most)
      if (parts.length > 1 || slash < 0) return parts
      folder = last.slice(0, slash + 1)
    }
  }
  return traverse<KeyRange, ObjectInfo>({ start: {}, visit, concurrency, signal })
}

function isFolderMarker(object: ObjectInfo): boolean {
  return object.bytes === 0 && object.key.endsWith('/')
}
