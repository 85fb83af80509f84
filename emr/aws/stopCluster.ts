import {
  CancelStepsCommand,
  type StepCancellationOption,
  TerminateJobFlowsCommand,
} from '@aws-sdk/client-emr'
import { askEmr } from './askEmr.ts'
import type { ClusterOptions } from './clusterOf.ts'

/** Asks EMR to end a cluster, which takes it some minutes; asking twice is no error. Throws what `askEmr` does. */
export async function stopCluster({ clients, clusterId, region, signal }: ClusterOptions): Promise<void> {
  await askEmr({ action: `end the cluster ${clusterId}`, clusterId, region, signal }, call =>
    clients.read.send(new TerminateJobFlowsCommand({ JobFlowIds: [clusterId] }), call),
  )
}

export interface StopStepOptions extends ClusterOptions {
  readonly stepId: string
  readonly how: StepCancellationOption
}

/**
 * Asks EMR to cancel a step, which it does when it comes to it.
 * @returns why EMR did not take it, as of a step that has ended; null where it did. Throws what `askEmr` does.
 */
export async function stopStep(options: StopStepOptions): Promise<string | null> {
  const { clients, clusterId, stepId, region, how, signal } = options
  const { CancelStepsInfoList } = await askEmr(
    { action: `cancel the step ${stepId} of ${clusterId}`, clusterId, region, signal },
    call =>
      clients.read.send(
        new CancelStepsCommand({ ClusterId: clusterId, StepIds: [stepId], StepCancellationOption: how }),
        call,
      ),
  )
  const info = CancelStepsInfoList?.find(({ StepId }) => StepId === stepId)
  return info?.Status === 'FAILED' ? (info.Reason ?? 'EMR gave no reason') : null
}
