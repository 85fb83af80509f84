import { ListStepsCommand, type StepSummary } from '@aws-sdk/client-emr'
import type { EmrClients } from './emrClients.ts'
import { pagesOf } from './pagesOf.ts'

export interface StepsOptions {
  readonly clients: EmrClients
  readonly clusterId: string
  readonly region: string
  /** Steps made before are left out, with the pages behind them: EMR lists the newest first. Milliseconds since 1970-01-01T00:00:00Z. */
  readonly since?: number
  readonly signal?: AbortSignal | undefined
}

/** The steps of a cluster, newest first. Throws what `askEmr` does. */
export async function* stepsOfCluster(options: StepsOptions): AsyncGenerator<StepSummary> {
  const { clients, clusterId, region, since = 0, signal } = options
  const asked = { action: `list the steps of the cluster ${clusterId}`, clusterId, region, signal }
  const pages = pagesOf(asked, (place, call) =>
    clients.read.send(new ListStepsCommand({ ClusterId: clusterId, ...place }), call),
  )
  for await (const { Steps = [] } of pages)
    for (const step of Steps) {
      // One without a time is not old.
      if ((step.Status?.Timeline?.CreationDateTime?.getTime() ?? since) < since) return
      yield step
    }
}
