import type { EndState, RunResult } from '../runs/RunFiles.ts'

/** How a run ended, as far as it can be told. */
export interface RunEnd {
  /** `lost`: nobody can tell, or EMR could not be asked any more. */
  readonly state: EndState | 'lost'
  /** The cluster that did it, `j-...`: another one than was accepted where EMR started two and that one came first. */
  readonly clusterId: string
  /** Of EMR, as last seen; null where it told none. */
  readonly clusterState: string | null
  readonly stepState: string | null
  readonly reason: string | null
  /** Null where the driver left none. */
  readonly result: RunResult | null
}

/** As `onState` gets it. */
export type RunState = Pick<RunEnd, 'clusterId' | 'clusterState' | 'stepState' | 'reason'>
