/** Why a listed object is no candidate image. */
export type SkipReason = 'hidden' | 'system_file' | 'sidecar' | 'folder_marker' | 'excluded'

const systemNames = new Set(['thumbs.db', 'ehthumbs.db', 'desktop.ini', '$recycle.bin', '__macosx', '@eadir'])
const sidecarNames =
  /^(licen[cs]e|notice|readme|copying|copyright|authors|changelog|citation|sha(1|256|512)sums|md5sums)$/
const sidecarExtensions = new Set([
  'csv',
  'tsv',
  'json',
  'jsonl',
  'ndjson',
  'txt',
  'md',
  'xml',
  'yaml',
  'yml',
])

/**
 * Why a key is not worth opening as an image, or null where it is a candidate. A name is only trusted to say what is no image:
 * any other name, with a wrong extension or none, is opened and judged by its content.
 * @param key path below the listing's root, with `/` between its parts
 */
export function skipReason(key: string): Exclude<SkipReason, 'excluded'> | null {
  if (key.endsWith('/')) return 'folder_marker'
  const parts = key.toLowerCase().split('/')
  if (parts.some(part => systemNames.has(part) || part.startsWith('._') || part === '.ds_store'))
    return 'system_file'
  if (parts.some(part => part.startsWith('.'))) return 'hidden'
  const name = parts.at(-1) ?? ''
  const dot = name.lastIndexOf('.')
  const [stem, extension] = dot <= 0 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)]
  if (sidecarExtensions.has(extension)) return 'sidecar'
  return extension === '' && sidecarNames.test(stem) ? 'sidecar' : null
}
