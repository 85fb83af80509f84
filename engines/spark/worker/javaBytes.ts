/** A Java int, big-endian. */
export function intBytes(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}

/** A Java long, big-endian. */
export function longBytes(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

/** UTF-8 after its length in bytes. */
export function textBytes(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([intBytes(bytes.length), bytes])
}
