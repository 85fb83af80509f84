import { HubError } from '../../base/HubError.ts'
import { ProtobufMessage } from './protobuf.ts'
import { type OnnxTensor, tensorProto } from './tensor.ts'

/** Numbers are ints; an operator's float attribute is written `{ float: 0.5 }` or `{ floats: [..] }`, because 1 could be either. */
export type OnnxAttribute =
  | number
  | string
  | readonly number[]
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly strings: readonly string[] }
  | { readonly tensor: OnnxTensor }

export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>

const types = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 }

/** AttributeProto. */
export function attributeProto(name: string, attribute: OnnxAttribute): ProtobufMessage {
  const proto = new ProtobufMessage().string(1, name)
  if (typeof attribute === 'number') return proto.varint(3, int(name, attribute)).varint(20, types.int)
  if (typeof attribute === 'string') return proto.string(4, attribute).varint(20, types.string)
  if ('float' in attribute) return proto.float(2, attribute.float).varint(20, types.float)
  if ('tensor' in attribute) {
    return proto.message(5, tensorProto('', attribute.tensor)).varint(20, types.tensor)
  }
  if ('floats' in attribute) {
    for (const value of attribute.floats) proto.float(7, value)
    return proto.varint(20, types.floats)
  }
  if ('strings' in attribute) {
    for (const value of attribute.strings) proto.string(9, value)
    return proto.varint(20, types.strings)
  }
  for (const value of attribute) proto.varint(8, int(name, value))
  return proto.varint(20, types.ints)
}

function int(name: string, value: number): number {
  if (Number.isSafeInteger(value)) return value
  throw new HubError({
    code: 'bad_attribute',
    message: `attribute ${name}: ${value} is not an integer`,
    hint: 'write a float attribute as { float: value } or { floats: [...] }',
  })
}
