import type { RunRecord } from '../catalog/RunRecord.ts'

type Parameters = Readonly<Record<string, unknown>>

/** The command that a run was started with, quoted for a POSIX shell, as far as its record tells. */
export function commandLine(
  { command, parameters }: Pick<RunRecord, 'command' | 'parameters'>,
  hub: string,
): string {
  const options = command === 'ingest' ? ingestOptions(parameters) : renamed(parameters)
  return ['imagehub', command, '--hub', quote(hub), ...Object.entries(options).flatMap(optionWords)].join(' ')
}

/** An ingest records its source and its labels as objects with a `kind`. */
function ingestOptions({ source, labels, ...rest }: Parameters): Parameters {
  // The version of the rules belongs to the program: no option sets it.
  const { rules: _, ...options } = rest
  return { ...sourceOptions(asObject(source)), ...labelOptions(asObject(labels)), ...options }
}

/** Parameters whose option has another name. */
function renamed({ modelId, regParams, elasticNetParams, ...options }: Parameters): Parameters {
  return {
    ...(modelId === undefined ? {} : { model: modelId }),
    ...(regParams === undefined ? {} : { reg_param: regParams }),
    ...(elasticNetParams === undefined ? {} : { elastic_net_param: elasticNetParams }),
    ...options,
  }
}

function sourceOptions({ kind, uri, path, root, classes, limit }: Parameters): Parameters {
  return kind === 'open_images' ? { open_images: classes, limit } : { from: uri ?? path, root }
}

function labelOptions({
  kind,
  path,
  columns,
  separator,
  classDescriptions,
  hierarchy,
}: Parameters): Parameters {
  if (kind === 'folder') return { labels: 'folder' }
  const pairs = Object.entries(asObject(columns)).map(([name, column]) => `${name}=${String(column)}`)
  return { labels: path, label_columns: pairs, label_separator: separator, classDescriptions, hierarchy }
}

function asObject(value: unknown): Parameters {
  return value !== null && typeof value === 'object' ? { ...value } : {}
}

/** An option as words: `true` is a bare flag, a list is joined by commas, what is no plain value is left out. */
function optionWords([name, value]: [string, unknown]): string[] {
  const option = `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`).replaceAll('_', '-')}`
  if (option === '--hub' || !/^--[a-z][a-z0-9-]*$/.test(option)) return []
  if (value === true) return [option]
  if (typeof value === 'string' || typeof value === 'number') return [option, quote(String(value))]
  if (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every(item => ['string', 'number'].includes(typeof item))
  )
    return [option, quote(value.join(','))]
  return []
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
