import { cpuCluster } from '../../../jobs/define/Cluster.ts'
import small from './smallIngest.ts'

const { release: _, device: __, ...cluster } = small.cluster

/** The same on a release that has Spark 3.5, without a Connect server. */
export default {
  ...small,
  cluster: cpuCluster({ ...cluster, release: 'emr-7.13.0', workers: { type: 'm6i.xlarge', count: 1 } }),
}
