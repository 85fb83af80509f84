import type { Cluster } from '../../jobs/define/Cluster.ts'
import { workerTypes } from '../../jobs/define/checkCluster.ts'
import { type InstanceFacts, instanceTypes } from '../../jobs/define/instanceTypes.ts'

export interface NodeShare {
  /** What YARN may hand out of a machine. */
  readonly yarnMegabytes: number
  readonly yarnCores: number
}

/** Left to the operating system, EMR's daemons and the node manager: an eighth, at least 4 GiB. */
const systemShare = 1 / 8
const leastSystemGibibytes = 4
/** The application master of a driver outside YARN: 512 MB and its overhead, on one of the machines. */
const applicationMasterMegabytes = 1024
/** The JVM only passes rows on; the rest is Node's, outside it. */
const jvmMegabytes = 3072

/** The smallest of the alternatives: what holds on each of them. */
export function smallestWorker(cluster: Cluster): InstanceFacts {
  const facts = workerTypes(cluster).map(type => instanceTypes[type])
  return facts.reduce((least, other) => (other.gibibytes < least.gibibytes ? other : least))
}

export function nodeShare({ vcpus, gibibytes }: InstanceFacts): NodeShare {
  const system = Math.max(leastSystemGibibytes, gibibytes * systemShare)
  return { yarnMegabytes: Math.floor((gibibytes - system) * 1024), yarnCores: vcpus }
}

/** Tasks of an executor at once, and so of a GPU: the vCPUs that it has of its machine. */
export function tasksPerExecutor(cluster: Cluster): number {
  const { vcpus, gpus } = smallestWorker(cluster)
  return Math.floor(vcpus / Math.max(1, gpus))
}

/**
 * Spark's settings for a cluster's machines. An executor is one JVM with one Node process beside it: on processors one for a machine, with a
 * task for each vCPU; with GPUs one for each GPU, whose tasks share its one session, so that all its vCPUs decode for it.
 */
export function executorSettings(cluster: Cluster): Record<string, string> {
  const { workers, spark = {} } = cluster
  const machine = smallestWorker(cluster)
  const perMachine = Math.max(1, machine.gpus)
  const cores = tasksPerExecutor(cluster)
  const { yarnMegabytes } = nodeShare(machine)
  const megabytes = Math.floor((yarnMegabytes - applicationMasterMegabytes) / perMachine)
  const executors = workers.count * perMachine
  const most = (workers.max ?? workers.count) * perMachine
  return {
    'spark.executor.cores': String(cores),
    'spark.executor.memory': `${jvmMegabytes}m`,
    'spark.executor.memoryOverhead': `${megabytes - jvmMegabytes}m`,
    'spark.yarn.am.memory': '512m',
    ...(most > executors
      ? {
          'spark.dynamicAllocation.enabled': 'true',
          'spark.dynamicAllocation.initialExecutors': String(executors),
          'spark.dynamicAllocation.minExecutors': String(perMachine),
          'spark.dynamicAllocation.maxExecutors': String(most),
        }
      : { 'spark.dynamicAllocation.enabled': 'false', 'spark.executor.instances': String(executors) }),
    ...(cluster.device === 'cuda'
      ? {
          'spark.executor.resource.gpu.amount': '1',
          'spark.executor.resource.gpu.discoveryScript': gpuDiscoveryScript,
          'spark.task.resource.gpu.amount': taskShare(cores),
          'spark.executorEnv.UV_THREADPOOL_SIZE': String(cores),
        }
      : {}),
    // Machines that are taken away are no fault of a task.
    'spark.task.maxFailures': '8',
    ...spark,
  }
}

/** Where the bootstrap action puts it. */
export const gpuDiscoveryScript = '/usr/local/bin/imagehub-gpus'

/** As many tasks as cores have a share of the GPU: rounded down, since more than 1 in all would leave a core idle. */
function taskShare(cores: number): string {
  return String(Math.floor(1e4 / cores) / 1e4)
}
