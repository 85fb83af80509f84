import type { StageRecord } from '../catalog/RunRecord.ts'
import type { Pipeline } from '../pipelines/Pipeline.ts'
import type { Storage } from '../storage/Storage.ts'
import type { ParquetFile } from '../tables/ParquetWriter.ts'
import type { TableName } from '../tables/tables.ts'
import type { InputFile } from './InputFile.ts'
import type { Training, TrainingOptions } from './Training.ts'

export interface Progress {
  readonly stage: string
  readonly rowsDone: number
  readonly rowsTotal: number
  /** Rows that an interrupted run had finished; part of `rowsDone`. */
  readonly rowsResumed: number
}

export interface EngineRun<Output extends string = TableName> {
  readonly pipeline: Pipeline<Output>
  /** The Parquet files of each input of the pipeline; an empty list is an empty table. */
  readonly inputs: Readonly<Record<string, readonly InputFile[]>>
  /** The hub's, which files are keys of, and where machines of a cluster exchange files. */
  readonly storage: Storage
  /** Local folder where finished work is kept between runs. */
  readonly workFolder: string
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

export interface EngineResult<Output extends string = TableName> {
  /** Local files of each output. */
  readonly outputs: Readonly<Partial<Record<Output, readonly ParquetFile[]>>>
  readonly stages: readonly StageRecord[]
}

/** Runs a pipeline's graph and trains heads. The same stage modules, the same SQL, the same objective, the same tables, whichever engine. */
export interface Engine extends AsyncDisposable {
  readonly name: 'local' | 'spark'
  run<Output extends string = TableName>(run: EngineRun<Output>): Promise<EngineResult<Output>>
  /** The embeddings of one model, to train on where they are. */
  openTraining(options: TrainingOptions): Promise<Training>
}
