/**
 * The Open Images id where the origin's file name is one (16 lower-case hex digits before the extension), else the first 16 hex digits
 * of the SHA-256: the same picture has the same id wherever it lies.
 */
export function imageId(origin: string, sha256: string): string {
  const name = /([^/]*)$/.exec(origin)?.[1] ?? ''
  return /^([0-9a-f]{16})(\.[^.]*)?$/.exec(name)?.[1] ?? sha256.slice(0, 16)
}
