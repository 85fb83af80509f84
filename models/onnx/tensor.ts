import { HubError } from '../../base/HubError.ts'
import { ProtobufMessage } from './protobuf.ts'

/** Element types by their number in onnx.proto's TensorProto.DataType, with the array that holds them; float16 as its bits. */
export const elementTypes = {
  float32: { code: 1, array: Float32Array },
  uint8: { code: 2, array: Uint8Array },
  int8: { code: 3, array: Int8Array },
  int32: { code: 6, array: Int32Array },
  int64: { code: 7, array: BigInt64Array },
  bool: { code: 9, array: Uint8Array },
  float16: { code: 10, array: Uint16Array },
  float64: { code: 11, array: Float64Array },
} as const

export type ElementType = keyof typeof elementTypes
export type ElementArray<T extends ElementType = ElementType> = InstanceType<
  (typeof elementTypes)[T]['array']
>

/** A constant: `data` row-major, as many elements as the dimensions multiply to (none: a scalar). */
export interface OnnxTensor<T extends ElementType = ElementType> {
  readonly type: T
  readonly dims: readonly number[]
  readonly data: ElementArray<T>
}

/** @throws HubError `bad_tensor` where the data does not fill the dimensions. */
export function tensor<T extends ElementType>(
  type: T,
  dims: readonly number[],
  data: ElementArray<T>,
): OnnxTensor<T> {
  const size = dims.reduce((product, dim) => product * dim, 1)
  if (data.length !== size) {
    throw new HubError({
      code: 'bad_tensor',
      message: `a ${type} tensor of [${dims.join(', ')}] holds ${size} elements, not ${data.length}`,
    })
  }
  return { type, dims, data }
}

/** A float32 scalar, for nodes that take a number as an input. */
export function scalar(value: number): OnnxTensor<'float32'> {
  return tensor('float32', [], Float32Array.of(value))
}

/** An int64 vector, the type of shapes, axes, starts and ends. */
export function int64s(...values: number[]): OnnxTensor<'int64'> {
  return tensor('int64', [values.length], BigInt64Array.from(values, BigInt))
}

/** TensorProto. The data goes in as it lies in memory: ONNX raw data is little-endian, and so is every machine Node 24 ships for. */
export function tensorProto(name: string, { type, dims, data }: OnnxTensor): ProtobufMessage {
  const proto = new ProtobufMessage()
  for (const dim of dims) proto.varint(1, dim)
  return proto
    .varint(2, elementTypes[type].code)
    .string(8, name)
    .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
}
