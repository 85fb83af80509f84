import { readFile, stat } from 'node:fs/promises'
import type { InferenceSession } from 'onnxruntime-node'
import { systemCode, userError } from '../../base/HubError.ts'
import { openInferenceSession } from '../EmbeddingSession.ts'
import { scanOnnx } from '../onnx/scanOnnx.ts'
import { type HeadFacts, readHeadMetadata } from './HeadFacts.ts'

/** Rows of one call of onnxruntime: bounds its memory. */
const blockRows = 4096
/** Of a file that can be a head: 2048 features and 100,000 labels are 819 MB. */
const mostBytes = 2 ** 30

export interface OpenHeadOptions {
  /** Path of a head's ONNX file. */
  readonly path: string
  /** The model that made the embeddings, to be sure that the head was trained on the same. @default not checked */
  readonly model?: HeadFacts['model']
  /** @default 1 */
  readonly threads?: number
}

/** A head ready to predict. */
export interface Head extends AsyncDisposable {
  readonly facts: HeadFacts
  /** Length of the embeddings it takes. */
  readonly columns: number
  /**
   * Probabilities, row-major [rows, labels], in the labels' order. The thread is busy until it is done.
   * @param embeddings row-major [rows, columns]
   * @throws HubError `wrong_dimension`
   */
  predict(embeddings: Float32Array, rows: number): Promise<Float32Array>
}

/**
 * @throws HubError `no_head` where the file is missing, `not_onnx`, `not_a_head`, `model_refused` for a damaged or foreign file,
 * `wrong_model` for a head of another model
 */
export async function openHead({ path, model, threads = 1 }: OpenHeadOptions): Promise<Head> {
  const { metadata, externalFiles } = scanOnnx(await read(path), path)
  const facts = readHeadMetadata(metadata, path)
  if (externalFiles.length > 0) {
    throw userError(
      'not_a_head',
      `${path} keeps data in other files: ${externalFiles[0]}`,
      'a head is one file',
    )
  }
  if (model !== undefined) checkModel(facts, model)
  const session = await openInferenceSession({ path, threads })
  const columns = widthOf(session.inputMetadata, 'embedding')
  if (columns === undefined || widthOf(session.outputMetadata, 'probability') !== facts.labels.length) {
    await session.release()
    throw userError(
      'not_a_head',
      `${path} does not turn an input embedding [N,d] into an output probability [N,${facts.labels.length}]`,
      'give the head.onnx that `imagehub train` wrote',
    )
  }
  return {
    facts,
    columns,
    predict: (embeddings, rows) => predict(session, facts, columns, embeddings, rows),
    [Symbol.asyncDispose]: () => session.release(),
  }
}

async function predict(
  session: InferenceSession,
  { name, labels, model }: HeadFacts,
  columns: number,
  embeddings: Float32Array,
  rows: number,
): Promise<Float32Array> {
  if (embeddings.length !== rows * columns) {
    throw userError(
      'wrong_dimension',
      `${embeddings.length} numbers are not ${rows} embeddings of length ${columns}${rows > 0 ? `, but of length ${embeddings.length / rows}` : ''}`,
      `head ${name} takes embeddings of model ${model.id}, ${columns} numbers each`,
    )
  }
  const { Tensor } = await import('onnxruntime-node')
  const probabilities = new Float32Array(rows * labels.length)
  for (let first = 0; first < rows; first += blockRows) {
    const count = Math.min(blockRows, rows - first)
    const block = embeddings.subarray(first * columns, (first + count) * columns)
    const { probability } = await session.run({ embedding: new Tensor('float32', block, [count, columns]) })
    probabilities.set(probability?.data as Float32Array, first * labels.length)
  }
  return probabilities
}

function checkModel(facts: HeadFacts, model: HeadFacts['model']): void {
  if (facts.model.sha256 === model.sha256) return
  const isSameId = facts.model.id === model.id
  throw userError(
    'wrong_model',
    `head ${facts.name} was trained on embeddings of model ${facts.model.id} (${facts.model.sha256.slice(0, 12)}), not ${isSameId ? 'of what that name means now' : `of ${model.id}`} (${model.sha256.slice(0, 12)})`,
    `predict with embeddings of that model, or train a head on those of ${model.id}`,
  )
}

function widthOf(metadata: InferenceSession['inputMetadata'], name: string): number | undefined {
  const [only, other] = metadata
  const width = only?.isTensor && only.name === name && only.shape.length === 2 ? only.shape[1] : undefined
  return other === undefined && typeof width === 'number' ? width : undefined
}

async function read(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path)
    if (size <= mostBytes) return await readFile(path)
    throw userError('not_a_head', `${path} has ${size} bytes`, `a head has at most ${mostBytes}`)
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error
    throw userError('no_head', `there is no head at ${path}`, 'train it with `imagehub train`', error)
  }
}
