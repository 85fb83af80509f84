import type { FailureDetails, RunJobFlowInput, StepConfig } from '@aws-sdk/client-emr'

/** A step that EMR runs. */
export interface StepContext {
  /** `j-...` */
  readonly clusterId: string
  /** `s-...` */
  readonly stepId: string
  /** What the cluster was started with: LogUri, ... */
  readonly cluster: RunJobFlowInput
  /** Aborted by CancelSteps: the step is to stop by itself. */
  readonly interrupted: AbortSignal
  /** Aborted by TERMINATE_PROCESS and by the end of the cluster; EMR does not wait for what is done about it. */
  readonly killed: AbortSignal
}

export interface StepOutcome {
  /** The step completed if it is 0. */
  readonly exitCode: number
  /** @default what EMR says of a step whose log tells it nothing */
  readonly failure?: FailureDetails
}

/** Does what a primary machine does with a step. */
export type RunStep = (step: StepConfig, context: StepContext) => Promise<StepOutcome>
