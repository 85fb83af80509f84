import { HubError } from '../base/HubError.ts'
import type { Stage } from '../stages/Stage.ts'
import type { Columns } from '../tables/defineTable.ts'
import type { TableName } from '../tables/tables.ts'
import type { SqlParameters } from './bindParameters.ts'

/** Runs a stage over every row of a table. */
export interface StageStep {
  readonly kind: 'stage'
  readonly name: string
  readonly stage: Pick<Stage, 'name' | 'version' | 'module' | 'input' | 'output' | 'files' | 'crashed'>
  /** The step or input whose rows it reads. */
  readonly input: string
  /** What the stage gets. */
  readonly params: unknown
  /**
   * What of the parameters changes the output: finished work is reused only under an equal identity. Paths, time-outs and batch sizes
   * do not belong here.
   */
  readonly identity: unknown
  /** Rows given to the stage at a time. */
  readonly batchRows: number
}

/** Derives a table from others in the SQL that DuckDB and Spark SQL share. */
export interface QueryStep {
  readonly kind: 'query'
  readonly name: string
  readonly sql: string
  readonly parameters: SqlParameters
  readonly output: Columns
}

export type Step = StageStep | QueryStep

/**
 * A small graph of tables: inputs, then steps in an order in which each reads only what stands before it. The hub's own pipelines give
 * tables of the hub; any other may name its outputs as it likes.
 */
export interface Pipeline<Output extends string = TableName> {
  readonly name: string
  /** Tables that must be given, with their columns. */
  readonly inputs: Readonly<Record<string, Columns>>
  readonly steps: readonly Step[]
  /** Which step becomes which output. */
  readonly outputs: Readonly<Partial<Record<Output, string>>>
}

/** The columns of an input or a step. */
export function columnsOf(
  { inputs, steps }: Omit<Pipeline<never>, 'name' | 'outputs'>,
  name: string,
): Columns {
  const step = steps.find(step => step.name === name)
  const columns = step?.kind === 'stage' ? step.stage.output : (step?.output ?? inputs[name])
  if (columns !== undefined) return columns
  throw new HubError({ code: 'unknown_step', message: `the pipeline has no step and no input ${name}` })
}
