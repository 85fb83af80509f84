import type { GridScore } from '../models/heads/chooseFromGrid.ts'
import type { FittedHead } from '../models/heads/fitHead.ts'
import type { HeadKind } from '../models/heads/headTasks.ts'
import type { Regularization } from '../models/heads/StandardizedProblem.ts'
import type { Split } from '../models/heads/split.ts'
import type { Storage } from '../storage/Storage.ts'
import type { InputFile } from './InputFile.ts'

export interface TrainingOptions {
  /** The files of the hub's embeddings. */
  readonly embeddings: readonly InputFile[]
  readonly modelId: string
  /** The hub's: see `EngineRun`. */
  readonly storage: Storage
  /** Local folder for what training needs while it lasts. */
  readonly workFolder: string
  readonly signal: AbortSignal
}

/** Which images a head learns from and is judged by. */
export interface PlannedRows {
  /** Local Parquet file with the columns of `trainingPlan`. */
  readonly plan: string
  /** How many images are of each split. */
  readonly counts: Readonly<Record<Split, number>>
  /** The model of the embeddings. */
  readonly model: { readonly id: string; readonly sha256: string }
}

export interface FitJob extends PlannedRows {
  readonly kind: HeadKind
  readonly labels: readonly string[]
  readonly balanced: boolean
  /** What to choose from, as `gridOf` gives it; of several by cross-validation in the folds of the plan. */
  readonly grid: readonly Regularization[]
  /** How many folds the plan has, where there is a choice. */
  readonly folds: number
  readonly maxIterations: number
  readonly tolerance: number
}

export interface FitResult {
  readonly head: FittedHead
  readonly regularization: Regularization
  /** Scores of the grid; null where there was nothing to choose. */
  readonly grid: readonly GridScore[] | null
}

export interface JudgeJob extends PlannedRows {
  /** The head's ONNX file on this machine. */
  readonly headPath: string
  /** How many labels it has. */
  readonly labels: number
}

/** Embeddings opened to train on, where they are. */
export interface Training extends AsyncDisposable {
  /** How many workers it computes on. */
  readonly workers: number
  /** Local Parquet files with image_id, model_id, model_sha256 and run_id of every embedding of the model: what a plan is made from. */
  embedded(): Promise<readonly string[]>
  /**
   * Fits a head to the planned images of the split `train`.
   * @throws HubError as `fitHead` and `crossValidate` do, `bad_vectors` where embeddings are missing or differ in length
   */
  fit(job: FitJob): Promise<FitResult>
  /** Probabilities that a head gives the images of the split `test`: row-major [images, labels], images by their positions. */
  judge(job: JudgeJob): Promise<Float32Array>
}
