import { userError } from '../../base/HubError.ts'
import { attributeProto } from './attribute.ts'
import { ProtobufMessage } from './protobuf.ts'
import { fieldsOf, integerOf, textOf } from './readFields.ts'
import { rewriteMessage } from './rewriteMessage.ts'
import { elementCodes } from './tensor.ts'

const { float32, float16 } = elementCodes
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()

/** Inputs of operators that are float32 whatever the others are, by their place. */
const alwaysFloat32: Readonly<Record<string, number>> = { Resize: 2, Upsample: 1 }

/**
 * The same model with weights and arithmetic in half precision (fp16) between inputs and outputs of the same types as before. Half the
 * bytes, and on GPUs with tensor cores several times the speed; a CPU computes it in float32.
 * @param bytes a whole ONNX model without graphs inside nodes
 * @throws HubError `half_unsupported`
 */
export function halfPrecision(bytes: Uint8Array): ProtobufMessage {
  return rewriteMessage(bytes, { 7: halfGraph })
}

function halfGraph(bytes: Uint8Array): ProtobufMessage {
  const { nodes, initializers, inputs, outputs } = namesOf(bytes)
  const kept = new Set(nodes.flatMap(({ operator, inputs }) => inputs[alwaysFloat32[operator] ?? -1] ?? []))
  const halfOf = new Map([...inputs, ...outputs].map(name => [name, `${name}:half`]))
  const graph = new ProtobufMessage()
  for (const name of inputs) graph.message(1, cast(name, `${name}:half`, float16))
  const rewritten = rewriteMessage(bytes, {
    1: node => halfNode(node, halfOf, kept, new Set(inputs)),
    5: tensor => (kept.has(textOf(tensor, 8)) ? tensor : halfTensor(tensor)),
    // Files of old versions list their initializers among the inputs.
    11: input =>
      initializers.has(textOf(input, 1)) && !kept.has(textOf(input, 1)) ? halfInput(input) : input,
    // Types of values between nodes: onnxruntime finds them anew.
    13: () => null,
  })
  for (const segment of rewritten.segments) graph.raw(segment)
  for (const name of outputs) graph.message(1, cast(`${name}:half`, name, float32))
  return graph
}

interface GraphNames {
  readonly nodes: readonly { readonly operator: string; readonly inputs: readonly string[] }[]
  readonly initializers: ReadonlySet<string>
  /** Of float32, without initializers. */
  readonly inputs: readonly string[]
  /** Of float32. */
  readonly outputs: readonly string[]
}

function namesOf(bytes: Uint8Array): GraphNames {
  const fields = fieldsOf(bytes)
  const initializers = new Set(fields(5).map(tensor => textOf(tensor, 8)))
  const floats = (field: number) =>
    fields(field)
      .filter(value => elementType(value) === float32)
      .map(value => textOf(value, 1))
  return {
    nodes: fields(1).map(node => ({
      operator: textOf(node, 4),
      inputs: fieldsOf(node)(1).map(text),
    })),
    initializers,
    inputs: floats(11).filter(name => !initializers.has(name)),
    outputs: floats(12),
  }
}

function halfNode(
  node: Uint8Array,
  halfOf: ReadonlyMap<string, string>,
  kept: ReadonlySet<string>,
  inputs: ReadonlySet<string>,
): ProtobufMessage {
  const operator = textOf(node, 4)
  const stays = fieldsOf(node)(2).some(output => kept.has(text(output)))
  const renamed = (name: Uint8Array) => Buffer.from(halfOf.get(text(name)) ?? text(name))
  return rewriteMessage(node, {
    1: renamed,
    2: name => (inputs.has(text(name)) ? name : renamed(name)),
    5: attribute => (stays ? attribute : halfAttribute(operator, attribute)),
  })
}

function halfAttribute(operator: string, attribute: Uint8Array): ProtobufMessage | Uint8Array {
  const fields = fieldsOf(attribute)
  if (fields(6).length > 0 || fields(11).length > 0)
    throw userError(
      'half_unsupported',
      `a node ${operator} of the model holds a graph of its own (${textOf(attribute, 1)}), which cannot be brought to half precision`,
      'import the model as it is, or one exported in half precision',
    )
  if (operator === 'Cast' && textOf(attribute, 1) === 'to' && integerOf(attribute, 3) === float32)
    return attributeProto('to', float16)
  return rewriteMessage(attribute, { 5: halfTensor })
}

function halfInput(input: Uint8Array): ProtobufMessage {
  return rewriteMessage(input, {
    2: type =>
      rewriteMessage(type, {
        1: tensor =>
          integerOf(tensor, 1) === float32
            ? rewriteMessage(tensor, {}).varint(1, float16) // of a field given twice the last one counts
            : tensor,
      }),
  })
}

/** A float32 tensor, rounded to the nearest of half precision; others as they are. */
function halfTensor(tensor: Uint8Array): ProtobufMessage | Uint8Array {
  if (integerOf(tensor, 2) !== float32) return tensor
  const [raw] = fieldsOf(tensor)(9)
  const packed = fieldsOf(tensor)(4)
  const values = Float16Array.from(floatsOf(raw ?? Buffer.concat(packed)))
  return rewriteMessage(tensor, { 4: () => null, 9: () => null })
    .varint(2, float16)
    .bytes(9, new Uint8Array(values.buffer))
}

function floatsOf(bytes: Uint8Array): Float32Array {
  // A copy: they lie anywhere in the file, floats want their boundaries.
  return new Float32Array(new Uint8Array(bytes).buffer)
}

function cast(from: string, to: string, type: number): ProtobufMessage {
  return new ProtobufMessage()
    .string(1, from)
    .string(2, to)
    .string(3, `${to}:cast`)
    .string(4, 'Cast')
    .message(5, attributeProto('to', type))
}

/** Element type of a ValueInfoProto that is a tensor. */
function elementType(value: Uint8Array): number | undefined {
  const [type] = fieldsOf(value)(2)
  const [tensor] = type === undefined ? [] : fieldsOf(type)(1)
  return tensor === undefined ? undefined : integerOf(tensor, 1)
}
