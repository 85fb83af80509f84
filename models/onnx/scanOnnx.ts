import { BinaryReader } from '@bufbuild/protobuf/wire'
import { toError, userError } from '../../base/HubError.ts'

export interface OnnxSummary {
  readonly irVersion: number
  readonly producer: string
  readonly nodes: number
  /** Files outside the model that tensors keep their data in. */
  readonly externalFiles: readonly string[]
  /** Its `metadata_props`. */
  readonly metadata: ReadonlyMap<string, string>
}

const maxDepth = 32 // of graphs within attributes of nodes (If, Loop) within graphs

/**
 * Reads the structure of an ONNX model, not its weights, to know what it refers to before a runtime opens it.
 * @throws HubError `not_onnx` where the bytes are not a whole ONNX model (truncated, or something else)
 */
export function scanOnnx(bytes: Uint8Array, path: string): OnnxSummary {
  const summary = { irVersion: 0, producer: '', nodes: 0, graphs: 0, externalFiles: new Set<string>() }
  const metadata = new Map<string, string>()

  function message(reader: BinaryReader, fields: Record<number, (reader: BinaryReader) => void>): void {
    while (reader.pos < reader.len) {
      const [field, wireType] = reader.tag()
      const read = fields[field]
      if (read === undefined) reader.skip(wireType, field)
      else read(reader)
    }
  }
  const nested = (read: (reader: BinaryReader) => void) => (reader: BinaryReader) =>
    read(new BinaryReader(reader.bytes()))

  const entry = (take: (key: string, value: string) => void) =>
    nested(reader => {
      let [key, value] = ['', '']
      message(reader, {
        1: reader => {
          key = reader.string()
        },
        2: reader => {
          value = reader.string()
        },
      })
      take(key, value)
    })

  const tensor = nested(reader =>
    message(reader, {
      13: entry((key, value) => {
        if (key === 'location') summary.externalFiles.add(value)
      }),
    }),
  )
  const sparseTensor = nested(reader => message(reader, { 1: tensor, 2: tensor }))
  const node = (depth: number) =>
    nested(reader => {
      summary.nodes += 1
      message(reader, {
        5: nested(attribute =>
          message(attribute, {
            5: tensor,
            6: graph(depth + 1),
            10: tensor,
            11: graph(depth + 1),
            22: sparseTensor,
            23: sparseTensor,
          }),
        ),
      })
    })
  function graph(depth: number): (reader: BinaryReader) => void {
    return nested(reader => {
      if (depth > maxDepth) throw new Error(`graphs are nested deeper than ${maxDepth}`)
      summary.graphs += 1
      message(reader, { 1: node(depth), 5: tensor, 15: sparseTensor })
    })
  }

  try {
    message(new BinaryReader(bytes), {
      1: reader => {
        summary.irVersion = Number(reader.int64())
      },
      2: reader => {
        summary.producer = reader.string()
      },
      7: graph(0),
      14: entry((key, value) => {
        metadata.set(key, value)
      }),
      25: nested(reader => message(reader, { 7: node(0) })),
    })
    if (summary.irVersion < 1 || summary.graphs === 0) throw new Error('it has no version or no graph')
  } catch (error) {
    throw userError(
      'not_onnx',
      `${path} is no whole ONNX model: ${toError(error).message}`,
      'give an ONNX file (.onnx) or Keras InceptionV3 weights (.h5), undamaged',
      error,
    )
  }
  const { irVersion, producer, nodes, externalFiles } = summary
  return { irVersion, producer, nodes, externalFiles: [...externalFiles], metadata }
}
