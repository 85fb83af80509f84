import type { Cluster } from '@aws-sdk/client-emr'
import { HubError } from '../../base/HubError.ts'
import type { EmrClients } from '../aws/emrClients.ts'
import { isPassing } from '../aws/emrFailure.ts'
import { isOwnCluster } from '../aws/isOwnCluster.ts'
import type { RunStep } from '../aws/stepOf.ts'
import { stopCluster, stopStep } from '../aws/stopCluster.ts'
import type { Accepted } from '../runs/RunFiles.ts'

export interface StopOverdueOptions {
  readonly clients: EmrClients
  readonly cluster: Cluster
  readonly step: RunStep | null
  /** As it is followed. */
  readonly stepId: Accepted['stepId']
  readonly region: string
  readonly signal: AbortSignal
}

/**
 * Ends what runs too long: the cluster where it is the run's own, else the step.
 * @returns what was done, or why EMR did not take it. Throws only what may pass by itself.
 */
export async function stopOverdue(options: StopOverdueOptions): Promise<string> {
  const { clients, cluster, step, region, signal } = options
  const asked = { clients, clusterId: cluster.Id ?? '', region, signal }
  try {
    if (isOwnCluster({ cluster, step, stepId: options.stepId })) {
      await stopCluster(asked)
      return `its cluster ${cluster.Id} is ended`
    }
    const stepId = step?.Id ?? ''
    const refused = await stopStep({ ...asked, stepId, how: 'TERMINATE_PROCESS' })
    return refused === null
      ? `its step ${stepId} is cancelled; the cluster ${cluster.Id} is shared, and stays`
      : `EMR did not cancel its step ${stepId}: ${refused}`
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof HubError) || isPassing(error)) throw error
    return `and it could not be stopped: ${error.message}`
  }
}
