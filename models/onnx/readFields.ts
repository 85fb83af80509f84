import { BinaryReader } from '@bufbuild/protobuf/wire'

/** The messages, texts and bytes that a field of an encoded message holds. */
export function fieldsOf(message: Uint8Array): (field: number) => readonly Uint8Array[] {
  const found = new Map<number, Uint8Array[]>()
  const reader = new BinaryReader(message)
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag()
    if (wireType !== 2) {
      reader.skip(wireType, field)
      continue
    }
    const values = found.get(field) ?? []
    values.push(reader.bytes())
    found.set(field, values)
  }
  return field => found.get(field) ?? []
}

/** The text in a field, empty where there is none. */
export function textOf(message: Uint8Array, field: number): string {
  return Buffer.from(fieldsOf(message)(field)[0] ?? []).toString()
}

/** The whole number in a field: of several the last one, as protobuf has it. */
export function integerOf(message: Uint8Array, wanted: number): number | undefined {
  let found: number | undefined
  const reader = new BinaryReader(message)
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag()
    if (field === wanted && wireType === 0) found = Number(reader.int64())
    else reader.skip(wireType, field)
  }
  return found
}
