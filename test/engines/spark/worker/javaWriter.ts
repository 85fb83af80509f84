/** What a Java DataOutputStream writes, as Spark's side of the worker protocol does. */
export class JavaWriter {
  readonly #parts: Buffer[] = []

  int(value: number): this {
    const bytes = Buffer.alloc(4)
    bytes.writeInt32BE(value)
    return this.raw(bytes)
  }

  long(value: number | bigint): this {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64BE(BigInt(value))
    return this.raw(bytes)
  }

  boolean(value: boolean): this {
    return this.raw(Buffer.of(value ? 1 : 0))
  }

  text(value: string): this {
    const bytes = Buffer.from(value)
    return this.int(bytes.length).raw(bytes)
  }

  raw(bytes: Uint8Array): this {
    this.#parts.push(Buffer.from(bytes))
    return this
  }

  bytes(): Buffer {
    return Buffer.concat(this.#parts)
  }
}
