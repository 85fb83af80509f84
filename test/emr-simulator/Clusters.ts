import type { RunJobFlowInput } from '@aws-sdk/client-emr'
import type { Settings } from './EmrSimulatorOptions.ts'
import { invalidRequest, validation } from './ServiceError.ts'
import { SimulatedCluster } from './SimulatedCluster.ts'

/** All clusters of an account, oldest first. */
export class Clusters {
  readonly settings: Settings
  readonly all: SimulatedCluster[] = []

  constructor(settings: Settings) {
    this.settings = settings
  }

  start(request: RunJobFlowInput): SimulatedCluster {
    const cluster = new SimulatedCluster(request, this.settings)
    this.all.push(cluster)
    return cluster
  }

  /** @throws ServiceError as most operations do */
  of(clusterId: string | undefined): SimulatedCluster {
    const cluster = this.all.find(({ id }) => id === clusterId)
    if (cluster === undefined) throw invalidRequest(`Cluster id '${clusterId}' is not valid.`)
    return cluster
  }

  /** @throws ServiceError as the operations that speak of job flows do */
  ofJobFlow(id: string | undefined): SimulatedCluster {
    const cluster = this.all.find(cluster => cluster.id === id)
    if (cluster === undefined) throw validation('Specified job flow ID does not exist.')
    return cluster
  }
}
