import { type ByteSource, ConnectionClosed } from '../../../../engines/spark/worker/ByteSource.ts'

/** Bytes that lie ready. */
export function byteSource(bytes: Uint8Array): ByteSource & { readonly left: () => number } {
  let at = 0
  const take = (length: number) => {
    if (at + length > bytes.length) throw new ConnectionClosed('the end')
    const part = bytes.subarray(at, at + length)
    at += length
    return part
  }
  return {
    read: async length => Buffer.from(take(length)),
    readInto: async target => target.set(take(target.length)),
    left: () => bytes.length - at,
  }
}
