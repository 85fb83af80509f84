import { readFileSync } from 'node:fs'
import { inflateRawSync } from 'node:zlib'

/** The files of a zip archive (or jar) whose names match: name to bytes. Neither ZIP64 nor encryption. */
export function zipEntries(archive: string, names: RegExp): Map<string, Buffer> {
  const bytes = readFileSync(archive)
  const end = bytes.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'))
  if (end < 0) throw new Error(`${archive} is no zip archive`)
  const entries = new Map<string, Buffer>()
  let at = bytes.readUInt32LE(end + 16)
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left -= 1) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map(offset =>
      bytes.readUInt16LE(at + offset),
    )
    const name = bytes.toString('utf8', at + 46, at + 46 + (nameLength ?? 0))
    if (names.test(name)) entries.set(name, content(bytes, at))
    at += 46 + (nameLength ?? 0) + (extraLength ?? 0) + (commentLength ?? 0)
  }
  return entries
}

function content(bytes: Buffer, directoryEntry: number): Buffer {
  const isDeflated = bytes.readUInt16LE(directoryEntry + 10) === 8
  const length = bytes.readUInt32LE(directoryEntry + 20)
  const header = bytes.readUInt32LE(directoryEntry + 42)
  const start = header + 30 + bytes.readUInt16LE(header + 26) + bytes.readUInt16LE(header + 28)
  const packed = bytes.subarray(start, start + length)
  return isDeflated ? inflateRawSync(packed) : packed
}
