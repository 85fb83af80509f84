import { BinaryReader } from '@bufbuild/protobuf/wire'
import { ProtobufMessage } from './protobuf.ts'

/** What becomes of a field that holds a message, text or bytes; null leaves it out. */
export type FieldRewrite = (value: Uint8Array) => ProtobufMessage | Uint8Array | null

/** A copy of an encoded message in which some fields are others. What is not named goes over as it is, without a copy of its bytes. */
export function rewriteMessage(
  bytes: Uint8Array,
  rewrites: Readonly<Record<number, FieldRewrite>>,
): ProtobufMessage {
  const reader = new BinaryReader(bytes)
  const rewritten = new ProtobufMessage()
  while (reader.pos < reader.len) {
    const start = reader.pos
    const [field, wireType] = reader.tag()
    const rewrite = wireType === 2 ? rewrites[field] : undefined
    if (rewrite === undefined) {
      reader.skip(wireType, field)
      rewritten.raw(bytes.subarray(start, reader.pos))
      continue
    }
    const value = rewrite(reader.bytes())
    if (value instanceof Uint8Array) rewritten.bytes(field, value)
    else if (value !== null) rewritten.message(field, value)
  }
  return rewritten
}
