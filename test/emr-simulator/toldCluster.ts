import type { Cluster, ClusterStatus } from '@aws-sdk/client-emr'
import { dateOf } from './dateOf.ts'
import type { SimulatedCluster } from './SimulatedCluster.ts'

export function toldStatus({ state, ending, createdAt, readyAt, endedAt }: SimulatedCluster): ClusterStatus {
  const reason = ending && { Code: ending.code, Message: ending.message }
  return {
    State: state,
    // EMR gives an empty one to clusters that nothing happened to.
    StateChangeReason: reason ?? {},
    Timeline: {
      CreationDateTime: dateOf(createdAt),
      ReadyDateTime: dateOf(readyAt),
      EndDateTime: dateOf(endedAt),
    },
    ...(ending?.errorDetails && { ErrorDetails: [...ending.errorDetails] }),
  }
}

export const arnOf = (region: string, clusterId: string) =>
  `arn:aws:elasticmapreduce:${region}:123456789012:cluster/${clusterId}`

/** What DescribeCluster tells. */
export function toldCluster(cluster: SimulatedCluster, region: string): Cluster {
  const { id, request } = cluster
  const { Instances = {} } = request
  return {
    Id: id,
    Name: request.Name,
    Status: toldStatus(cluster),
    ClusterArn: arnOf(region, id),
    InstanceCollectionType: Instances.InstanceFleets === undefined ? 'INSTANCE_GROUP' : 'INSTANCE_FLEET',
    // EMR tells the scheme of Hadoop's old file system.
    LogUri: request.LogUri?.replace(/^s3:/, 's3n:'),
    LogEncryptionKmsKeyId: request.LogEncryptionKmsKeyId,
    ReleaseLabel: request.ReleaseLabel,
    AutoTerminate: Instances.KeepJobFlowAliveWhenNoSteps !== true,
    TerminationProtected: Instances.TerminationProtected ?? false,
    VisibleToAllUsers: true,
    Applications: request.Applications ?? [],
    Tags: request.Tags ?? [],
    ServiceRole: request.ServiceRole,
    NormalizedInstanceHours: 0,
    Configurations: request.Configurations ?? [],
    SecurityConfiguration: request.SecurityConfiguration,
    ScaleDownBehavior: request.ScaleDownBehavior ?? 'TERMINATE_AT_TASK_COMPLETION',
    StepConcurrencyLevel: request.StepConcurrencyLevel ?? 1,
    Ec2InstanceAttributes: {
      IamInstanceProfile: request.JobFlowRole,
      RequestedEc2SubnetIds: Instances.Ec2SubnetIds ?? [],
      Ec2SubnetId: Instances.Ec2SubnetIds?.[0] ?? Instances.Ec2SubnetId,
      Ec2AvailabilityZone: `${region}a`,
    },
  }
}
