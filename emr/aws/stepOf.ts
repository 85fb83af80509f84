import { DescribeStepCommand, type Step, type StepSummary } from '@aws-sdk/client-emr'
import type { Accepted } from '../runs/RunFiles.ts'
import { askEmr } from './askEmr.ts'
import type { EmrClients } from './emrClients.ts'
import { stepsOfCluster } from './stepsOfCluster.ts'

export type RunStep = Step | StepSummary

export interface StepOptions {
  readonly clients: EmrClients
  readonly accepted: Pick<Accepted, 'clusterId' | 'stepId' | 'region'>
  readonly signal?: AbortSignal | undefined
}

/**
 * The step of a run: the one that is named, else the first that imagehub put into the cluster. Null where EMR shows none, as of a cluster that was
 * just started. Throws what `askEmr` does.
 */
export async function stepOf({ clients, accepted, signal }: StepOptions): Promise<RunStep | null> {
  const { clusterId, stepId, region } = accepted
  if (stepId === null) {
    let first: RunStep | null = null
    for await (const step of stepsOfCluster({ clients, clusterId, region, signal }))
      if (step.Name?.startsWith('imagehub ')) first = step
    return first
  }
  const { Step: told } = await askEmr(
    { action: `look at the step ${stepId} of ${clusterId}`, clusterId, region, signal },
    call => clients.read.send(new DescribeStepCommand({ ClusterId: clusterId, StepId: stepId }), call),
  )
  return told ?? null
}

const endedStates: ReadonlySet<string> = new Set(['COMPLETED', 'CANCELLED', 'FAILED', 'INTERRUPTED'])

export const stepHasEnded = (step: RunStep | null) => endedStates.has(step?.Status?.State ?? '')
