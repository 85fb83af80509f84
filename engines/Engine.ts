import type { StageRecord } from '../catalog/RunRecord.ts'
import type { Pipeline } from '../pipelines/Pipeline.ts'
import type { ParquetFile } from '../tables/ParquetWriter.ts'
import type { TableName } from '../tables/tables.ts'

export interface Progress {
  readonly stage: string
  readonly rowsDone: number
  readonly rowsTotal: number
  /** Rows that an interrupted run had finished; part of `rowsDone`. */
  readonly rowsResumed: number
}

export interface EngineRun {
  readonly pipeline: Pipeline
  /** The Parquet files of each input of the pipeline; an empty list is an empty table. */
  readonly inputs: Readonly<Record<string, readonly string[]>>
  /** Where finished work is kept between runs. */
  readonly workFolder: string
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

export interface EngineResult {
  readonly outputs: Readonly<Partial<Record<TableName, ParquetFile>>>
  readonly stages: readonly StageRecord[]
}

/** Runs a pipeline's graph. The same stage modules, the same SQL, the same tables, whichever engine. */
export interface Engine {
  readonly name: 'local' | 'spark'
  run(run: EngineRun): Promise<EngineResult>
}
