import { createHash } from 'node:crypto'

/** Bytes of a name, of the 255 that file systems allow. */
const maxBytes = 200

/** What means something to a file system, a shell's glob or Windows, a dot at the beginning, a dot or a space at the end, and the escape. */
const unsafe = /[\p{Cc}\p{Cs}%/\\:*?"<>|]|^\.|[. ]$/gu

/**
 * A text from outside as the name of a file or folder: no part of a path, never `.` or `..`, and another name for each text. Unsafe
 * characters are percent-encoded; what is too long is cut and ends in a hash of the whole.
 */
export function safeName(text: string): string {
  if (text === '') return '%'
  const name = text.replace(unsafe, escaped)
  if (Buffer.byteLength(name) <= maxBytes) return name
  const hash = createHash('sha256').update(text).digest('hex').slice(0, 16)
  let kept = ''
  for (const character of name) {
    if (Buffer.byteLength(kept + character) > maxBytes - hash.length - 1) break
    kept += character
  }
  return `${kept}%${hash}`
}

function escaped(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}
