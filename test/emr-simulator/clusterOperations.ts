import type {
  ClusterSummary,
  DescribeClusterInput,
  DescribeClusterOutput,
  ListBootstrapActionsInput,
  ListBootstrapActionsOutput,
  ListClustersInput,
  ListClustersOutput,
  ListInstancesInput,
  ListInstancesOutput,
  ListSupportedInstanceTypesInput,
  ListSupportedInstanceTypesOutput,
  PutAutoTerminationPolicyInput,
  PutAutoTerminationPolicyOutput,
  RunJobFlowInput,
  RunJobFlowOutput,
  TerminateJobFlowsInput,
} from '@aws-sdk/client-emr'
import { checkLimits } from '../../emr/validate/checkLimits.ts'
import { endings } from './ClusterEnding.ts'
import type { Clusters } from './Clusters.ts'
import { refuseProblems } from './checkInput.ts'
import { pageOf } from './pageOf.ts'
import { invalidRequest, validation } from './ServiceError.ts'
import { arnOf, toldCluster, toldStatus } from './toldCluster.ts'
import { toldInstances } from './toldInstances.ts'

/** Operations of EMR on clusters, by name. Each throws ServiceErrors. */
export function clusterOperations(clusters: Clusters) {
  const { region, instanceTypes, listingDelayMilliseconds } = clusters.settings
  return {
    RunJobFlow(input: RunJobFlowInput): RunJobFlowOutput {
      const problems = [...checkLimits(input)]
      // EMR itself starts clusters that nothing ends.
      refuseProblems(problems.filter(({ problem }) => !problem.startsWith('is missing: a cluster')))
      const { id } = clusters.start(input)
      return { JobFlowId: id, ClusterArn: arnOf(region, id) }
    },

    DescribeCluster({ ClusterId }: DescribeClusterInput): DescribeClusterOutput {
      return { Cluster: toldCluster(clusters.of(ClusterId), region) }
    },

    ListClusters(input: ListClustersInput): ListClustersOutput {
      const { CreatedAfter, CreatedBefore, ClusterStates, Marker } = input
      const all = clusters.all
        .filter(cluster => clusters.settings.now() - cluster.createdAt >= listingDelayMilliseconds)
        .filter(({ createdAt }) => createdAt >= (CreatedAfter?.getTime() ?? 0))
        .filter(({ createdAt }) => createdAt <= (CreatedBefore?.getTime() ?? Number.POSITIVE_INFINITY))
        .filter(({ state }) => ClusterStates === undefined || ClusterStates.includes(state))
        .reverse()
      const { items, marker } = pageOf(all, { idOf: ({ id }) => id, marker: Marker })
      const told = items.map(
        (cluster): ClusterSummary => ({
          Id: cluster.id,
          Name: cluster.request.Name,
          Status: toldStatus(cluster),
          NormalizedInstanceHours: 0,
          ClusterArn: arnOf(region, cluster.id),
        }),
      )
      return { Clusters: told, Marker: marker }
    },

    TerminateJobFlows({ JobFlowIds = [] }: TerminateJobFlowsInput): object {
      if (JobFlowIds.length > 10) throw validation('At most 10 job flows may be terminated at once.')
      const all = JobFlowIds.map(id => clusters.ofJobFlow(id))
      if (all.some(({ request }) => request.Instances?.TerminationProtected))
        throw validation('Could not shut down one or more job flows since they are termination protected.')
      for (const cluster of all) cluster.end(endings.byUser)
      return {}
    },

    ListInstances(input: ListInstancesInput): ListInstancesOutput {
      const { ClusterId, InstanceFleetId, InstanceFleetType, InstanceGroupId, InstanceGroupTypes } = input
      const { InstanceStates, Marker } = input
      const cluster = clusters.of(ClusterId)
      const roles = new Map(cluster.instances.map(({ id, role }) => [id, role]))
      const all = toldInstances(cluster)
        .filter(({ Id = '' }) => InstanceFleetType === undefined || roles.get(Id) === InstanceFleetType)
        .filter(({ Id = '' }) => InstanceGroupTypes?.some(role => role === roles.get(Id)) ?? true)
        .filter(instance => InstanceFleetId === undefined || instance.InstanceFleetId === InstanceFleetId)
        .filter(instance => InstanceGroupId === undefined || instance.InstanceGroupId === InstanceGroupId)
        .filter(({ Status }) => InstanceStates?.some(state => state === Status?.State) ?? true)
      const { items, marker } = pageOf(all, { idOf: ({ Id = '' }) => Id, marker: Marker })
      return { Instances: items, Marker: marker }
    },

    ListBootstrapActions(input: ListBootstrapActionsInput): ListBootstrapActionsOutput {
      const actions = clusters.of(input.ClusterId).request.BootstrapActions ?? []
      return {
        BootstrapActions: actions.map(({ Name, ScriptBootstrapAction }) => ({
          Name,
          ScriptPath: ScriptBootstrapAction?.Path,
          Args: ScriptBootstrapAction?.Args ?? [],
        })),
      }
    },

    ListSupportedInstanceTypes(input: ListSupportedInstanceTypesInput): ListSupportedInstanceTypesOutput {
      if (!/^emr-(?:spark-)?\d+\.\d+\.\d+$/.test(input.ReleaseLabel ?? ''))
        throw invalidRequest(`Release label '${input.ReleaseLabel}' is not valid.`)
      const { items, marker } = pageOf(instanceTypes, {
        idOf: ({ Type = '' }) => Type,
        marker: input.Marker,
      })
      return { SupportedInstanceTypes: items, Marker: marker }
    },

    PutAutoTerminationPolicy(input: PutAutoTerminationPolicyInput): PutAutoTerminationPolicyOutput {
      const idle = input.AutoTerminationPolicy?.IdleTimeout
      if (idle !== undefined && (idle < 60 || idle > 604_800))
        throw validation('IdleTimeout must be between 60 and 604800 seconds.')
      clusters.of(input.ClusterId).setIdleTimeout(idle)
      return {}
    },
  }
}
