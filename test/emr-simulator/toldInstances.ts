import type { Instance, InstanceState } from '@aws-sdk/client-emr'
import { dateOf } from './dateOf.ts'
import type { SimulatedCluster } from './SimulatedCluster.ts'

/** What ListInstances tells of the machines of a cluster, which live as it does. */
export function toldInstances(cluster: SimulatedCluster): Instance[] {
  const state = instanceState(cluster)
  return cluster.instances.map((instance, index) => ({
    Id: instance.id,
    Ec2InstanceId: instance.ec2Id,
    PrivateIpAddress: `10.0.0.${10 + index}`,
    PrivateDnsName: `ip-10-0-0-${10 + index}.internal`,
    InstanceType: instance.type,
    Market: instance.market,
    [instance.ofFleet ? 'InstanceFleetId' : 'InstanceGroupId']: instance.collectionId,
    Status: {
      State: state,
      StateChangeReason:
        state === 'TERMINATED' ? { Code: 'CLUSTER_TERMINATED', Message: 'Job flow terminated' } : {},
      Timeline: {
        CreationDateTime: dateOf(cluster.createdAt),
        ReadyDateTime: dateOf(cluster.readyAt),
        EndDateTime: dateOf(cluster.endedAt),
      },
    },
  }))
}

function instanceState({ state, readyAt }: SimulatedCluster): InstanceState {
  if (state.startsWith('TERMINATED')) return 'TERMINATED'
  if (readyAt !== undefined) return 'RUNNING'
  return state === 'STARTING' ? 'PROVISIONING' : 'BOOTSTRAPPING'
}
