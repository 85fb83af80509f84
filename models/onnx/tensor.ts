import { HubError } from '../../base/HubError.ts'
import { ProtobufMessage } from './protobuf.ts'

/** The array that holds each type of element; float16 as its bits. */
export interface ElementArrays {
  float32: Float32Array
  uint8: Uint8Array
  int8: Int8Array
  int32: Int32Array
  int64: BigInt64Array
  bool: Uint8Array
  float16: Uint16Array
  float64: Float64Array
}

export type ElementType = keyof ElementArrays

/** Numbers of the element types in onnx.proto, TensorProto.DataType. */
export const elementCodes: Readonly<Record<ElementType, number>> = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
}

/** A constant: `data` row-major, as many elements as the dimensions multiply to (none: a scalar). */
export interface OnnxTensor<T extends ElementType = ElementType> {
  readonly type: T
  readonly dims: readonly number[]
  readonly data: ElementArrays[T]
}

/** @throws HubError `bad_tensor` where the data does not fill the dimensions. */
export function tensor<T extends ElementType>(
  type: T,
  dims: readonly number[],
  data: ElementArrays[T],
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
    .varint(2, elementCodes[type])
    .string(8, name)
    .bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
}
