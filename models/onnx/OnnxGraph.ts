import { HubError } from '../../base/HubError.ts'
import { attributeProto, type OnnxAttributes } from './attribute.ts'
import { ProtobufMessage } from './protobuf.ts'
import { type ElementType, elementCodes, type OnnxTensor, tensorProto } from './tensor.ts'

/** The result of an input, a constant or a node, to be handed to other nodes. */
export interface OnnxValue {
  readonly kind: 'input' | 'constant' | 'node'
  readonly name: string
}

/** A length, or the name of one that is known only at run time (`'N'`, the batch). */
export type OnnxDimension = number | string

export interface OnnxGraphOptions {
  readonly name: string
  /** Version of the operator set. @default 17 */
  readonly opset?: number
  /** Versions of further operator sets by domain, such as `{ 'ai.onnx.ml': 3 }`. */
  readonly domains?: Readonly<Record<string, number>>
  /** Version of the file format; 8 goes with opset 17. @default 8 */
  readonly irVersion?: number
  /** Facts about the model, kept in its `metadata_props`. */
  readonly metadata?: Readonly<Record<string, string>>
}

export interface OnnxNodeOptions {
  /** Name of the node, for profiles and error messages. */
  readonly name?: string
  /** Domain of the operator. @default '' */
  readonly domain?: string
}

/**
 * Builds an ONNX model and writes it, field by field of onnx.proto. Nodes go out in the order they were added, which is a
 * topological one since a node can only take values that exist. The same calls give the same bytes.
 *
 * @example
 * const graph = new OnnxGraph({ name: 'double' })
 * const x = graph.input('x', 'float32', ['N', 4])
 * graph.output('y', graph.node('Mul', [x, scalar(2)]), 'float32', ['N', 4])
 * await writeFile('double.onnx', graph.segments())
 */
export class OnnxGraph {
  readonly #options: OnnxGraphOptions
  readonly #inputs: ProtobufMessage[] = []
  readonly #outputs: ProtobufMessage[] = []
  readonly #constants: ProtobufMessage[] = []
  readonly #nodes: (() => ProtobufMessage)[] = []
  readonly #names = new Set<string>()
  /** Values that a call of `output` renamed: known before the nodes are written. */
  readonly #renamed = new Map<OnnxValue, string>()
  #serial = 0

  constructor(options: OnnxGraphOptions) {
    this.#options = options
  }

  input(name: string, type: ElementType, dims: readonly OnnxDimension[]): OnnxValue {
    this.#inputs.push(valueInfo(this.#claim(name), type, dims))
    return { kind: 'input', name }
  }

  /** An initializer. Its data is kept by reference until the model is written. */
  constant(value: OnnxTensor, name?: string): OnnxValue {
    const claimed = this.#claim(name ?? this.#newName('constant'))
    this.#constants.push(tensorProto(claimed, value))
    return { kind: 'constant', name: claimed }
  }

  /** Adds a node with one output. A tensor among the inputs becomes a constant; null leaves an optional input out. */
  node(
    operator: string,
    inputs: readonly (OnnxValue | OnnxTensor | null)[],
    attributes: OnnxAttributes = {},
    options: OnnxNodeOptions = {},
  ): OnnxValue {
    return this.nodeWithOutputs(1, operator, inputs, attributes, options)[0] as OnnxValue
  }

  /** Adds a node with several outputs (Split, TopK, ...). */
  nodeWithOutputs(
    count: number,
    operator: string,
    inputs: readonly (OnnxValue | OnnxTensor | null)[],
    attributes: OnnxAttributes = {},
    options: OnnxNodeOptions = {},
  ): OnnxValue[] {
    const base = options.name ?? this.#newName(operator)
    const taken = inputs.map(input => (input === null || 'kind' in input ? input : this.constant(input)))
    const outputs = Array.from({ length: count }, (_, index): OnnxValue => {
      return { kind: 'node', name: this.#claim(index === 0 ? base : `${base}:${index}`) }
    })
    const nameOf = (value: OnnxValue | null) => (value && (this.#renamed.get(value) ?? value.name)) ?? ''
    this.#nodes.push(() => {
      const proto = new ProtobufMessage()
      for (const value of taken) proto.string(1, nameOf(value))
      for (const value of outputs) proto.string(2, nameOf(value))
      proto.string(3, base).string(4, operator)
      for (const [name, value] of Object.entries(attributes)) proto.message(5, attributeProto(name, value))
      return options.domain === undefined ? proto : proto.string(7, options.domain)
    })
    return outputs
  }

  /** Makes a value an output of the model under this name. */
  output(name: string, value: OnnxValue, type: ElementType, dims: readonly OnnxDimension[]): void {
    const named = value.kind === 'node' && !this.#renamed.has(value) ? value : this.node('Identity', [value])
    this.#renamed.set(named, this.#claim(name))
    this.#outputs.push(valueInfo(name, type, dims))
  }

  /** The model as a list of byte segments, in order; the data of the constants is not copied. */
  segments(): readonly Uint8Array[] {
    return this.#model().segments
  }

  /** The model in one piece. */
  toBytes(): Uint8Array {
    return this.#model().toBytes()
  }

  #model(): ProtobufMessage {
    const { name, opset = 17, irVersion = 8, domains = {}, metadata = {} } = this.#options
    const graph = new ProtobufMessage()
    for (const node of this.#nodes) graph.message(1, node())
    graph.string(2, name)
    for (const constant of this.#constants) graph.message(5, constant)
    for (const input of this.#inputs) graph.message(11, input)
    for (const output of this.#outputs) graph.message(12, output)

    const model = new ProtobufMessage()
      .varint(1, irVersion)
      .string(2, 'imagehub')
      .message(7, graph)
      .message(8, operatorSet('', opset))
    for (const [domain, version] of Object.entries(domains)) model.message(8, operatorSet(domain, version))
    for (const [key, value] of Object.entries(metadata)) {
      model.message(14, new ProtobufMessage().string(1, key).string(2, value))
    }
    return model
  }

  #newName(prefix: string): string {
    return `${prefix}_${this.#serial++}`
  }

  #claim(name: string): string {
    if (name === '' || this.#names.has(name)) {
      throw new HubError({
        code: 'bad_graph',
        message: `the name ${JSON.stringify(name)} is empty or taken in graph ${this.#options.name}`,
      })
    }
    this.#names.add(name)
    return name
  }
}

function operatorSet(domain: string, version: number): ProtobufMessage {
  return new ProtobufMessage().string(1, domain).varint(2, version)
}

function valueInfo(name: string, type: ElementType, dims: readonly OnnxDimension[]): ProtobufMessage {
  const shape = new ProtobufMessage()
  for (const dim of dims) {
    const dimension = new ProtobufMessage()
    shape.message(1, typeof dim === 'string' ? dimension.string(2, dim) : dimension.varint(1, dim))
  }
  const tensorType = new ProtobufMessage().varint(1, elementCodes[type]).message(2, shape)
  return new ProtobufMessage().string(1, name).message(2, new ProtobufMessage().message(1, tensorType))
}
