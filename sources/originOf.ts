import { parseLocation } from '../storage/location.ts'

/** Where a row of a manifest CSV points: below the root it is a key, elsewhere (another bucket) a URI; or why it is refused. */
export type OriginReference =
  | { readonly key: string }
  | { readonly uri: string }
  | { readonly refused: 'outside_root' | 'unknown_scheme' | 'no_origin' }

/**
 * Reads what a CSV names as an origin. A file has to lie below the root, however it is written (relative, absolute, `file:` URI): a
 * list that someone sent must not make this machine read its own files. `s3://` URIs may point to any bucket: access to them is
 * what the credentials allow.
 * @param text cell of the CSV
 * @param root URI of the folder or prefix that relative paths are relative to
 */
export function originOf(text: string, root: string): OriginReference {
  const name = text.trim()
  if (name === '' || name.includes('\0')) return { refused: 'no_origin' }
  const base = parseLocation(root)
  const rootPath = base.scheme === 's3' ? base.key : base.path
  const scheme =
    /^([a-z][a-z0-9+.-]*):\/\//i.exec(name)?.[1]?.toLowerCase() ?? (/^file:/i.test(name) ? 'file' : null)
  if (scheme === null)
    return below(base.scheme === 's3' || !name.startsWith('/') ? name : under(name, rootPath))
  if (scheme !== 's3' && scheme !== 'file') return { refused: 'unknown_scheme' }
  const location = parsed(name)
  if (location === null) return { refused: 'no_origin' }
  if (location.scheme === 'file')
    return base.scheme === 'file' ? below(under(location.path, rootPath)) : { refused: 'outside_root' }
  if (location.key === '') return { refused: 'no_origin' }
  const inRoot =
    base.scheme === 's3' && base.bucket === location.bucket ? under(location.key, rootPath) : null
  return inRoot === null ? { uri: `s3://${location.bucket}/${location.key}` } : { key: inRoot }
}

/** The rest of a path below a folder; null where it lies elsewhere. */
function under(path: string, folder: string): string | null {
  const prefix = folder === '' || folder.endsWith('/') ? folder : `${folder}/`
  return path.startsWith(prefix) && path.length > prefix.length ? path.slice(prefix.length) : null
}

/** A relative path as a key: `.` and empty parts go, `..` goes with the part before it, or leads outside. */
function below(path: string | null): OriginReference {
  const parts: string[] = []
  for (const part of path?.split('/') ?? ['..']) {
    if (part === '' || part === '.') continue
    if (part !== '..') parts.push(part)
    else if (parts.pop() === undefined) return { refused: 'outside_root' }
  }
  return parts.length === 0 ? { refused: 'no_origin' } : { key: parts.join('/') }
}

function parsed(uri: string): ReturnType<typeof parseLocation> | null {
  try {
    return parseLocation(uri)
  } catch {
    return null
  }
}
