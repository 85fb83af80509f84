/** Reads numbers anywhere in hostile bytes: a read past the end gives undefined, never an error. */
export class ByteReader {
  readonly bytes: Buffer
  readonly littleEndian: boolean

  constructor(bytes: Uint8Array, littleEndian: boolean) {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    this.littleEndian = littleEndian
  }

  get length(): number {
    return this.bytes.length
  }

  /** An unsigned whole number of 1 to 6 bytes. */
  unsigned(offset: number, size: number): number | undefined {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset + size > this.bytes.length) return undefined
    return this.littleEndian ? this.bytes.readUIntLE(offset, size) : this.bytes.readUIntBE(offset, size)
  }

  /** An unsigned whole number of 8 bytes; undefined above 2^53 - 1, where no file reaches. */
  unsigned64(offset: number): number | undefined {
    const [high, low] = this.littleEndian ? [offset + 4, offset] : [offset, offset + 4]
    const value = (this.unsigned(high, 4) ?? Number.NaN) * 2 ** 32 + (this.unsigned(low, 4) ?? Number.NaN)
    return Number.isSafeInteger(value) ? value : undefined
  }

  /** Bytes as Latin-1 text, shorter where the bytes end. */
  text(offset: number, length: number): string {
    return this.bytes.toString(
      'latin1',
      Math.min(offset, this.length),
      Math.min(offset + length, this.length),
    )
  }
}
