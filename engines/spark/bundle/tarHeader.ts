/** A POSIX ustar header of 512 bytes for a file, without time and owner. */
export function tarHeader(entry: {
  readonly name: string
  readonly executable: boolean
  readonly size: number
}): Buffer {
  const { name, executable, size } = entry
  const header = Buffer.alloc(512)
  const [prefix, rest] = split(name)
  header.write(rest, 0)
  header.write(octal(executable ? 0o755 : 0o644, 7), 100)
  header.write(octal(0, 7), 108)
  header.write(octal(0, 7), 116)
  header.write(octal(size, 11), 124)
  header.write(octal(0, 11), 136)
  // The checksum is taken over spaces in its place.
  header.write('        ', 148)
  // A regular file.
  header.write('0', 156)
  header.write('ustar\u000000', 257)
  header.write(prefix, 345)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${octal(sum, 6)}\u0000 `, 148)
  return header
}

/** Zeroes that fill a file's last block, after so many bytes. */
export function tarPadding(size: number): Buffer {
  return Buffer.alloc((512 - (size % 512)) % 512)
}

/** Two empty blocks. */
export const tarEnd = Buffer.alloc(1024)

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}

/** The format holds 100 bytes of a name, and 155 more before a slash. */
function split(name: string): [prefix: string, rest: string] {
  if (Buffer.byteLength(name) <= 100) return ['', name]
  for (let slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
    const [prefix, rest] = [name.slice(0, slash), name.slice(slash + 1)]
    if (Buffer.byteLength(prefix) <= 155 && Buffer.byteLength(rest) <= 100) return [prefix, rest]
  }
  throw new Error(`the name is too long for a tar archive: ${name}`)
}
