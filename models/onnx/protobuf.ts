const maxVarintBytes = 10
const scratch = new DataView(new ArrayBuffer(4))
const utf8 = new TextEncoder()

/**
 * A protobuf message under construction: a list of byte segments and their total length. Bytes handed to it are kept by
 * reference, so a message of many megabytes is written without a copy. Fields go out in the order they were added, which makes
 * the bytes deterministic. Encoding: https://protobuf.dev/programming-guides/encoding
 */
export class ProtobufMessage {
  readonly segments: Uint8Array[] = []
  byteLength = 0

  /** A signed or unsigned 64-bit integer field; negative numbers take ten bytes, as int64 does. */
  varint(field: number, value: number | bigint): this {
    return this.#push(varint(tag(field, 0))).#push(varint(BigInt(value)))
  }

  float(field: number, value: number): this {
    scratch.setFloat32(0, value, true)
    return this.#push(varint(tag(field, 5))).#push(new Uint8Array(scratch.buffer.slice(0)))
  }

  bytes(field: number, value: Uint8Array): this {
    return this.#header(field, value.byteLength).#push(value)
  }

  string(field: number, value: string): this {
    return this.bytes(field, utf8.encode(value))
  }

  message(field: number, value: ProtobufMessage): this {
    this.#header(field, value.byteLength)
    for (const segment of value.segments) this.#push(segment)
    return this
  }

  /** Fields that are encoded already. */
  raw(fields: Uint8Array): this {
    return this.#push(fields)
  }

  /** The message in one piece: the only copy there is. */
  toBytes(): Uint8Array {
    const bytes = new Uint8Array(this.byteLength)
    let offset = 0
    for (const segment of this.segments) {
      bytes.set(segment, offset)
      offset += segment.byteLength
    }
    return bytes
  }

  #header(field: number, byteLength: number): this {
    return this.#push(varint(tag(field, 2))).#push(varint(BigInt(byteLength)))
  }

  #push(segment: Uint8Array): this {
    this.segments.push(segment)
    this.byteLength += segment.byteLength
    return this
  }
}

function tag(field: number, wireType: 0 | 2 | 5): bigint {
  return BigInt(field * 8 + wireType)
}

function varint(value: bigint): Uint8Array {
  const bytes = new Uint8Array(maxVarintBytes)
  let rest = BigInt.asUintN(64, value)
  let length = 0
  while (rest > 0x7fn) {
    bytes[length++] = Number(rest & 0x7fn) | 0x80
    rest >>= 7n
  }
  bytes[length++] = Number(rest)
  return bytes.subarray(0, length)
}
