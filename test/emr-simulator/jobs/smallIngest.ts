import { cpuCluster } from '../../../jobs/define/Cluster.ts'
import ingest from '../../../jobs/ingest.ts'

/** The ingest that comes along, on executors that fit a test's cluster. */
export default {
  ...ingest,
  name: 'small-ingest',
  cluster: cpuCluster({
    release: 'emr-spark-8.0.0',
    workers: { type: 'm6i.xlarge', count: 1 },
    spark: {
      'spark.executor.cores': '2',
      'spark.executor.memory': '600m',
      'spark.executor.memoryOverhead': '400m',
      'spark.cores.max': '2',
    },
  }),
}
