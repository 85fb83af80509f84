import type { Progress } from '../Engine.ts'
import type { SparkSession } from './connect/SparkSession.ts'
import type { Shipping } from './Shipping.ts'
import type { WorkArea } from './WorkArea.ts'

/** What the steps of one pipeline share on Spark. */
export interface SparkRun {
  readonly session: SparkSession
  readonly area: WorkArea
  readonly shipping: Shipping
  /** Tasks that run at once. */
  readonly slots: number
  /** When a stage that gives nothing is taken for one that hangs, where the engine was told. */
  readonly stageSeconds?: number | undefined
  readonly signal: AbortSignal
  readonly onProgress: ((progress: Progress) => void) | undefined
}
