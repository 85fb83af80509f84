import type { InferenceSession, Tensor } from 'onnxruntime-node'
import type { Evaluator, LossAndGradient } from './Evaluator.ts'
import type { Features } from './Features.ts'
import type { LinearModel } from './LinearModel.ts'
import { LossSession, type MakeTensor } from './LossSession.ts'
import type { Link } from './lossGraph.ts'

/** Rows of a block: their features should stay in the last-level cache between the two matrix products. */
const blockBytes = 4 * 2 ** 20
const leastBlockRows = 64

/** What one logistic regression is fitted to. Tasks that hold the same array share its memory. */
export interface Task {
  /** rows × outputs: one-hot for softmax, 0 or 1 for sigmoid. */
  readonly targets: Float32Array
  /** One for each row; 0 leaves the row out. */
  readonly weights: Float32Array
}

export interface LossRows {
  readonly features: Features
  readonly outputs: number
  readonly tasks: readonly Task[]
  /** Subtracted from every row before all else: near the mean, so that 32 bits suffice. */
  readonly origin: Float32Array
}

export interface LossEvaluatorOptions extends LossRows {
  readonly link: Link
  readonly threads: number
}

interface Block {
  readonly firstRow: number
  readonly rows: number
  readonly features: Tensor
  targets: Tensor
  weights: Tensor
}

/**
 * Evaluates the loss and gradient of many tasks on the same features with one pass over them: block by block in an ONNX graph, the
 * blocks summed in f64. The features are used where they lie; nothing copies them.
 */
export class LossEvaluator implements Evaluator {
  readonly #options: LossRows
  readonly #session: LossSession
  readonly #owned: LossSession | undefined
  readonly #blocks: Block[]
  readonly #origin: Tensor
  #active: readonly number[] = []

  /** @param session of the same outputs and columns; whoever opened it releases it */
  constructor(session: LossSession, options: LossRows, owned?: LossSession) {
    const { features, origin } = options
    this.#options = options
    this.#session = session
    this.#owned = owned
    this.#origin = session.tensor(origin, [features.columns])
    this.#blocks = blocksOf(features, session.tensor)
  }

  /** An evaluator with a session of its own. */
  static async open({ link, threads, ...options }: LossEvaluatorOptions): Promise<LossEvaluator> {
    const { features, outputs } = options
    const session = await LossSession.open({ columns: features.columns, outputs, link, threads })
    return new LossEvaluator(session, options, session)
  }

  async evaluate(active: readonly number[], models: LinearModel): Promise<LossAndGradient> {
    const loss = new Float64Array(active.length)
    const sums = {
      loss,
      coefficients: new Float64Array(models.coefficients.length),
      intercepts: new Float64Array(models.intercepts.length),
    }
    const outputs = ['loss', 'coefficient_gradient', 'intercept_gradient']
    for await (const [block, results] of this.#run(active, models, outputs)) {
      addWeighted(loss, results.loss?.data as Float32Array, block.weights, block.rows)
      add(sums.coefficients, results.coefficient_gradient?.data as Float32Array)
      add(sums.intercepts, results.intercept_gradient?.data as Float32Array)
    }
    return sums
  }

  /** Logits [R, A·C] of every row, block by block. */
  async *logits(
    active: readonly number[],
    models: LinearModel,
  ): AsyncGenerator<{ firstRow: number; rows: number; logits: Float32Array }> {
    for await (const [{ firstRow, rows }, results] of this.#run(active, models, ['logits'])) {
      yield { firstRow, rows, logits: results.logits?.data as Float32Array }
    }
  }

  async *#run(
    active: readonly number[],
    models: LinearModel,
    outputs: readonly string[],
  ): AsyncGenerator<readonly [Block, InferenceSession.OnnxValueMapType]> {
    this.#activate(active)
    const count = models.intercepts.length
    const shared = {
      coefficients: this.#session.tensor(Float32Array.from(models.coefficients), [
        count,
        this.#options.features.columns,
      ]),
      intercepts: this.#session.tensor(Float32Array.from(models.intercepts), [count]),
      origin: this.#origin,
    }
    for (const block of this.#blocks) {
      const { features, targets, weights } = block
      yield [block, await this.#session.run({ features, targets, weights, ...shared }, outputs)]
    }
  }

  /** Lays out the targets and weights of the active tasks side by side, once for each change of the active set. */
  #activate(active: readonly number[]): void {
    if (active.length === this.#active.length && active.every((task, at) => task === this.#active[at])) return
    this.#active = [...active]
    const tasks = active.map(index => this.#options.tasks[index] as Task)
    const targets = [...new Set(tasks.map(task => task.targets))]
    const weights = [...new Set(tasks.map(task => task.weights))]
    const targetColumns = targets.length === 1 ? targets : tasks.map(task => task.targets)
    const weightColumns = weights.length === 1 ? weights : tasks.map(task => task.weights)
    for (const block of this.#blocks) {
      block.targets = this.#session.tensor(...sideBySide(targetColumns, block, this.#options.outputs))
      block.weights = this.#session.tensor(...sideBySide(weightColumns, block, 1))
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned?.[Symbol.asyncDispose]()
  }
}

function blocksOf({ data, rows, columns }: Features, tensor: MakeTensor): Block[] {
  const most = Math.max(leastBlockRows, Math.floor(blockBytes / (4 * columns)))
  // As many rows in each block, so that the last is not a sliver.
  const size = Math.ceil(rows / Math.ceil(rows / most))
  const none = tensor(new Float32Array(0), [0])
  return Array.from({ length: Math.ceil(rows / size) }, (_, index) => {
    const firstRow = index * size
    const count = Math.min(size, rows - firstRow)
    const part = data.subarray(firstRow * columns, (firstRow + count) * columns)
    return {
      firstRow,
      rows: count,
      features: tensor(part, [count, columns]),
      targets: none,
      weights: none,
    }
  })
}

/** [rows, columns.length, width] from one array for each column. */
function sideBySide(
  columns: readonly Float32Array[],
  { firstRow, rows }: Block,
  width: number,
): [Float32Array, number[]] {
  const dims = [rows, columns.length, width]
  const [only] = columns
  if (only !== undefined && columns.length === 1) {
    return [only.subarray(firstRow * width, (firstRow + rows) * width), dims]
  }
  const data = new Float32Array(rows * columns.length * width)
  columns.forEach((values, column) => {
    for (let row = 0; row < rows; row++) {
      for (let at = 0; at < width; at++) {
        data[(row * columns.length + column) * width + at] = values[(firstRow + row) * width + at] as number
      }
    }
  })
  return [data, dims]
}

function add(sum: Float64Array, part: Float32Array): void {
  for (let at = 0; at < sum.length; at++) sum[at] = (sum[at] as number) + (part[at] as number)
}

function addWeighted(sum: Float64Array, losses: Float32Array, weights: Tensor, rows: number): void {
  const values = weights.data as Float32Array
  const stride = values.length / rows
  for (let task = 0; task < sum.length; task++) {
    let total = 0
    for (let row = 0; row < rows; row++) {
      const weight = values[row * stride + (stride === 1 ? 0 : task)] as number
      if (weight !== 0) total += weight * (losses[row * sum.length + task] as number)
    }
    sum[task] = (sum[task] as number) + total
  }
}
