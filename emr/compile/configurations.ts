import type { Cluster } from '../../jobs/define/Cluster.ts'
import { nodeShare, smallestWorker } from './executorSettings.ts'

/** The classifications of EMR that are used here. */
export type Classification =
  | 'spark'
  | 'spark-defaults'
  | 'yarn-site'
  | 'capacity-scheduler'
  | 'container-executor'
  | 'gpu'
  | 'cgroups'

export interface Configuration {
  Classification: Classification
  Properties: Record<string, string>
  Configurations?: Configuration[]
}

/** Controllers of cgroup v1, which YARN isolates GPUs by; the bootstrap action mounts them there. */
export const cgroupFolder = '/spark-rapids-cgroup'

/** For all machines: without the second one, YARN counts memory alone when it places containers. */
export function clusterConfigurations({ device }: Cluster): Configuration[] {
  return [
    // Executors get what the driver asks for, and not a whole machine for one of them.
    { Classification: 'spark', Properties: { maximizeResourceAllocation: 'false' } },
    {
      Classification: 'capacity-scheduler',
      Properties: {
        'yarn.scheduler.capacity.resource-calculator':
          'org.apache.hadoop.yarn.util.resource.DominantResourceCalculator',
      },
    },
    ...(device === 'cuda'
      ? [{ Classification: 'yarn-site', Properties: { 'yarn.resource-types': 'yarn.io/gpu' } } as const]
      : []),
  ]
}

/**
 * For the machines that work. Those of GPUs are from
 * https://docs.aws.amazon.com/emr/latest/ReleaseGuide/emr-spark-rapids.html, without the plug-in for SQL.
 */
export function workerConfigurations(cluster: Cluster): Configuration[] {
  const { yarnMegabytes, yarnCores } = nodeShare(smallestWorker(cluster))
  const share = {
    'yarn.nodemanager.resource.memory-mb': String(yarnMegabytes),
    'yarn.nodemanager.resource.cpu-vcores': String(yarnCores),
    'yarn.scheduler.maximum-allocation-mb': String(yarnMegabytes),
    'yarn.scheduler.maximum-allocation-vcores': String(yarnCores),
  }
  if (cluster.device === 'cpu') return [{ Classification: 'yarn-site', Properties: share }]
  return [
    {
      Classification: 'yarn-site',
      Properties: {
        ...share,
        'yarn.resource-types': 'yarn.io/gpu',
        'yarn.nodemanager.resource-plugins': 'yarn.io/gpu',
        'yarn.nodemanager.resource-plugins.gpu.allowed-gpu-devices': 'auto',
        'yarn.nodemanager.resource-plugins.gpu.path-to-discovery-executables': '/usr/bin',
        'yarn.nodemanager.linux-container-executor.cgroups.mount': 'true',
        'yarn.nodemanager.linux-container-executor.cgroups.mount-path': cgroupFolder,
        'yarn.nodemanager.linux-container-executor.cgroups.hierarchy': 'yarn',
        'yarn.nodemanager.container-executor.class':
          'org.apache.hadoop.yarn.server.nodemanager.LinuxContainerExecutor',
      },
    },
    {
      Classification: 'container-executor',
      Properties: {},
      Configurations: [
        { Classification: 'gpu', Properties: { 'module.enabled': 'true' } },
        {
          Classification: 'cgroups',
          Properties: { root: cgroupFolder, 'yarn-hierarchy': 'yarn' },
        },
      ],
    },
  ]
}
