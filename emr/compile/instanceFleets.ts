import type { InstanceFleetConfig, ManagedScalingPolicy } from '@aws-sdk/client-emr'
import type { Cluster } from '../../jobs/define/Cluster.ts'
import { workerTypes } from '../../jobs/define/checkCluster.ts'
import { workerConfigurations } from './configurations.ts'

/** Minutes after which spot machines that did not come are replaced by others. */
const spotMinutes = 20

/**
 * A primary machine and one worker that nobody takes away, and the other workers. HDFS, which holds what YARN localises, lives on the one
 * worker alone.
 */
export function instanceFleets(cluster: Cluster): InstanceFleetConfig[] {
  const { primary, workers, ebsGigabytes } = cluster
  const types = workerTypes(cluster).map(type => ({
    InstanceType: type,
    WeightedCapacity: 1,
    EbsConfiguration: {
      EbsBlockDeviceConfigs: [{ VolumeSpecification: { VolumeType: 'gp3', SizeInGB: ebsGigabytes } }],
    },
    Configurations: workerConfigurations(cluster),
  }))
  const onDemand = { OnDemandSpecification: { AllocationStrategy: 'lowest-price' } } as const
  const spot = {
    SpotSpecification: {
      TimeoutDurationMinutes: spotMinutes,
      TimeoutAction: 'SWITCH_TO_ON_DEMAND',
      AllocationStrategy: 'price-capacity-optimized',
    },
  } as const
  const others = workers.count - 1
  const hasOthers = others > 0 || (workers.max ?? workers.count) > workers.count
  return [
    {
      Name: 'primary',
      InstanceFleetType: 'MASTER',
      TargetOnDemandCapacity: 1,
      InstanceTypeConfigs: [{ InstanceType: primary }],
      LaunchSpecifications: onDemand,
    },
    {
      Name: 'core',
      InstanceFleetType: 'CORE',
      TargetOnDemandCapacity: 1,
      InstanceTypeConfigs: types,
      LaunchSpecifications: onDemand,
    },
    ...(hasOthers
      ? [
          {
            Name: 'task',
            InstanceFleetType: 'TASK' as const,
            ...(workers.spot ? { TargetSpotCapacity: others } : { TargetOnDemandCapacity: others }),
            InstanceTypeConfigs: types,
            LaunchSpecifications: workers.spot ? spot : onDemand,
          },
        ]
      : []),
  ]
}

/** Only where the cluster may grow. */
export function managedScaling({ workers }: Cluster): ManagedScalingPolicy | undefined {
  const { count, max = count, spot = false } = workers
  if (max === count) return undefined
  return {
    ComputeLimits: {
      UnitType: 'InstanceFleetUnits',
      MinimumCapacityUnits: 1,
      MaximumCapacityUnits: max,
      MaximumOnDemandCapacityUnits: spot ? 1 : max,
      MaximumCoreCapacityUnits: 1,
    },
  }
}
