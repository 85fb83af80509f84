import type { HeadTasks } from '../../models/heads/headTasks.ts'
import { LossEvaluator } from '../../models/heads/LossEvaluator.ts'
import type { LossSession } from '../../models/heads/LossSession.ts'
import { bytesOf, type PartRows } from './PartRows.ts'

/** A part's rows, and what was made of them for the last evaluation. */
export class KeptPart {
  readonly rows: PartRows
  #tasks: { readonly of: string; readonly tasks: HeadTasks } | undefined
  #evaluator: { readonly of: string; readonly evaluator: LossEvaluator } | undefined

  constructor(rows: PartRows) {
    this.rows = rows
  }

  /** The tasks under a name that says all that they depend on. */
  tasks(of: string, make: () => HeadTasks): HeadTasks {
    if (this.#tasks?.of !== of) this.#tasks = { of, tasks: make() }
    return this.#tasks.tasks
  }

  /** Likewise an evaluator over them. */
  evaluator(of: string, session: LossSession, tasks: HeadTasks, origin: Float32Array): LossEvaluator {
    if (this.#evaluator?.of !== of) {
      const rows = { features: this.rows.features, outputs: tasks.outputs, tasks: tasks.tasks, origin }
      this.#evaluator = { of, evaluator: new LossEvaluator(session, rows) }
    }
    return this.#evaluator.evaluator
  }
}

/** The parts of one dataset that a worker's thread holds between evaluations. */
export class KeptParts implements AsyncDisposable {
  readonly #parts = new Map<number, KeptPart>()
  #dataset: string | undefined
  #bytes = 0

  /** Those of the dataset; of another one nothing is kept any longer. */
  get(dataset: string, part: number): KeptPart | undefined {
    this.#turnTo(dataset)
    return this.#parts.get(part)
  }

  /**
   * Keeps a part if there is room. None makes room for it: evaluations come round to all parts in turn, so whichever would have to go is
   * wanted next.
   */
  offer(dataset: string, part: number, kept: KeptPart, mostBytes: number): void {
    this.#turnTo(dataset)
    if (this.#parts.has(part)) return
    const bytes = bytesOf(kept.rows)
    if (this.#bytes + bytes > mostBytes) return
    this.#parts.set(part, kept)
    this.#bytes += bytes
  }

  #turnTo(dataset: string): void {
    if (dataset !== this.#dataset) this.#clear()
    this.#dataset = dataset
  }

  #clear(): void {
    this.#parts.clear()
    this.#bytes = 0
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#clear()
  }
}
