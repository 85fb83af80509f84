import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { userError } from '../base/HubError.ts'

/** Where a URI points: a path of the file system, or a key (or key prefix) of a bucket. */
export type Location =
  | { readonly scheme: 'file'; readonly path: string }
  | { readonly scheme: 's3'; readonly bucket: string; readonly key: string }

const allowed = 'allowed are a plain path, file:///path and s3://bucket/prefix'

/**
 * Reads a plain path, a `file:` URI (percent-encoded, as URIs are) or an `s3://bucket/key` URI (the key verbatim, as the AWS tools write
 * it: `%`, `#` and `?` stand for themselves). Throws `bad_uri` or `unknown_scheme`.
 */
export function parseLocation(uri: string): Location {
  if (uri === '') throw userError('bad_uri', 'the location is empty', allowed)
  if (uri.includes('\0'))
    throw userError('bad_uri', `the location ${quoted(uri)} holds a NUL character`, allowed)
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(uri)?.[1]?.toLowerCase()
  if (scheme === 's3') return s3Location(uri)
  if (/^file:/i.test(uri)) return { scheme: 'file', path: filePath(uri) }
  if (/^s3:/i.test(uri)) {
    throw userError('bad_uri', `the location ${quoted(uri)} lacks the two slashes after s3:`, allowed)
  }
  if (scheme === undefined) return { scheme: 'file', path: resolve(uri) }
  const hint = /^s3[an]$/.test(scheme) ? 'write s3:// in its place' : allowed
  throw userError('unknown_scheme', `${quoted(uri)} has the unknown scheme ${scheme}://`, hint)
}

/** The `file:` URI of a path, from which `parseLocation` gets exactly the path again. */
export function fileUri(path: string): string {
  // Reading a URL trims spaces and control characters off its end: something else ends it meanwhile.
  return pathToFileURL(`${resolve(path)}|`).href.replace(/(\||%7C)$/, '')
}

function s3Location(uri: string): Location {
  const [, bucket = '', key = ''] = /^s3:\/\/([^/]*)\/?(.*)$/is.exec(uri) ?? []
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{1,253}[A-Za-z0-9]$/.test(bucket)) {
    throw userError(
      'bad_uri',
      `${quoted(uri)} names the bucket ${quoted(bucket)}, which is no bucket name`,
      'a bucket name has at least 3 letters, digits, dots or hyphens, as in s3://my-bucket/prefix',
    )
  }
  return { scheme: 's3', bucket, key }
}

function filePath(uri: string): string {
  try {
    return resolve(fileURLToPath(uri))
  } catch (error) {
    const hint = 'write file:///absolute/path, with % as %25, or a plain path'
    throw userError('bad_uri', `${quoted(uri)} is no valid file URI`, hint, error)
  }
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 300 ? `${text.slice(0, 300)}…` : text)
}
