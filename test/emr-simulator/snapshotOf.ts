import type {
  ClusterState,
  FailureDetails,
  RunJobFlowInput,
  StepConfig,
  StepState,
} from '@aws-sdk/client-emr'
import type { ClusterEnding } from './ClusterEnding.ts'
import type { SimulatedCluster } from './SimulatedCluster.ts'
import type { StateAt } from './SimulatedStep.ts'

export interface StepSnapshot {
  readonly id: string
  readonly config: StepConfig
  readonly state: StepState
  readonly history: readonly StateAt<StepState>[]
  readonly failure: FailureDetails | undefined
}

export interface ClusterSnapshot {
  readonly id: string
  readonly request: RunJobFlowInput
  readonly state: ClusterState
  readonly history: readonly StateAt<ClusterState>[]
  readonly ending: ClusterEnding | undefined
  readonly steps: readonly StepSnapshot[]
}

/** What a cluster is now; it does not change with it. */
export function snapshotOf({
  id,
  request,
  state,
  history,
  ending,
  steps,
}: SimulatedCluster): ClusterSnapshot {
  return structuredClone({
    id,
    request,
    state,
    history,
    ending,
    steps: steps.map(({ id, config, state, history, failure }) => ({ id, config, state, history, failure })),
  })
}
