import { cpuCluster, gpuCluster } from './Cluster.ts'

/** What the jobs here run on unless they say otherwise: processors that decode, on the newest Spark. */
export const decodingCluster = cpuCluster({
  release: 'emr-spark-8.0.0',
  workers: { type: ['m6i.4xlarge', 'm7i.4xlarge', 'm5.4xlarge'], count: 4, spot: true },
})

/** One GPU beside eight vCPUs, which decode for it. */
export const inferringCluster = gpuCluster({
  release: 'emr-7.13.0',
  workers: { type: ['g5.2xlarge', 'g6.2xlarge'], count: 4, spot: true },
})

/** One process works, on the driver's machine; EMR wants a worker beside it. */
export const exportingCluster = cpuCluster({
  release: 'emr-spark-8.0.0',
  workers: { type: ['m6i.xlarge', 'm7i.xlarge', 'm5.xlarge'], count: 1 },
})
