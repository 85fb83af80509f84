import type { StageStep } from '../../pipelines/Pipeline.ts'
import { type Columns, sparkDdl } from '../../tables/defineTable.ts'
import type { MapInArrowOptions } from './connect/DataFrame.ts'
import { commandProtocol, encodeStageCommand, type StageCommand } from './worker/StageCommand.ts'

export interface StageFunctionOptions
  extends Pick<StageCommand, 'bundle' | 'params' | 'files' | 'kind' | 'stageSeconds'> {
  readonly stage: Pick<StageStep['stage'], 'name' | 'output'>
  /** Input columns that follow the stage's output unchanged. @default none */
  readonly carry?: Columns
}

/** A stage as the function of a `mapInArrow`. */
export function stageFunction({ stage, carry = {}, ...command }: StageFunctionOptions): MapInArrowOptions {
  return {
    name: stage.name,
    command: encodeStageCommand({
      ...command,
      protocol: commandProtocol,
      stage: stage.name,
      carry: Object.keys(carry),
      output: Object.entries(stage.output).map(([name, { type, nullable }]) => [name, type, nullable]),
    }),
    // Whether values may be null the worker checks: Spark takes its word.
    output: sparkDdl({ ...stage.output, ...carry }).replaceAll(' NOT NULL', ''),
  }
}
