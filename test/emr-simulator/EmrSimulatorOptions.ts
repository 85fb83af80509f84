import type { RunJobFlowInput, StepState, SupportedInstanceType } from '@aws-sdk/client-emr'
import type { ClusterEnding } from './ClusterEnding.ts'
import type { FaultOf } from './faults.ts'
import type { RunStep } from './RunStep.ts'
import type { ServiceError } from './ServiceError.ts'
import { supportedTypes } from './supportedTypes.ts'

/** Milliseconds. */
export interface Delays {
  readonly starting: number
  readonly bootstrapping: number
  readonly terminating: number
  /** From CancelSteps until something comes of it. */
  readonly cancelling: number
  /** What a second of an idle timeout takes. */
  readonly idleSecond: number
}

export interface EmrSimulatorOptions {
  /** @default ends at once with 0 */
  readonly runStep?: RunStep
  /** @default a few milliseconds each, and idle times as they are */
  readonly delays?: Partial<Delays>
  /** Until a new cluster or step shows in listings, by `now`. @default 0 */
  readonly listingDelayMilliseconds?: number
  readonly faults?: FaultOf
  /** What the service refuses beside what is wrong with any request: see `refusals`. Asked before anything is done. */
  readonly refuse?: (operation: string, input: unknown) => ServiceError | undefined
  /** Why a cluster ends instead of getting its machines. */
  readonly launchFailure?: (request: RunJobFlowInput, primaryId: string) => ClusterEnding | undefined
  /** Why a cluster ends instead of becoming ready. */
  readonly bootstrapFailure?: (request: RunJobFlowInput, primaryId: string) => ClusterEnding | undefined
  /** What becomes of a step that runs when its cluster ends: AWS does not say, and both were seen. @default CANCELLED */
  readonly stepOfEndedCluster?: Extract<StepState, 'CANCELLED' | 'INTERRUPTED'>
  /** @default m5, m6i, g4dn, g5, g6 */
  readonly instanceTypes?: readonly SupportedInstanceType[]
  /** @default eu-central-1 */
  readonly region?: string
  /** Groups of schedules that there are beside `default`. */
  readonly scheduleGroups?: readonly string[]
  /** Milliseconds since 1970-01-01T00:00:00Z, for what is told; what takes time takes real time. @default Date.now */
  readonly now?: () => number
}

export type Settings = Readonly<Required<EmrSimulatorOptions>> & { readonly delays: Delays }

export function settingsOf(options: EmrSimulatorOptions): Settings {
  return {
    runStep: async () => ({ exitCode: 0 }),
    listingDelayMilliseconds: 0,
    faults: () => 'none',
    refuse: () => undefined,
    launchFailure: () => undefined,
    bootstrapFailure: () => undefined,
    stepOfEndedCluster: 'CANCELLED',
    instanceTypes: supportedTypes,
    region: 'eu-central-1',
    scheduleGroups: [],
    now: Date.now,
    ...options,
    delays: {
      starting: 5,
      bootstrapping: 5,
      terminating: 5,
      cancelling: 5,
      idleSecond: 1000,
      ...options.delays,
    },
  }
}
