import type { Cluster, Instance } from '@aws-sdk/client-emr'
import { userError } from '../../base/HubError.ts'
import type { Hub } from '../../catalog/Hub.ts'
import { recordCost } from '../../catalog/recordCost.ts'
import { type Clock, systemClock } from '../aws/Clock.ts'
import { clusterOf, hasEnded } from '../aws/clusterOf.ts'
import type { EmrClients } from '../aws/emrClients.ts'
import { instancesOfCluster, instancesRememberedDays, mostInstancesTold } from '../aws/instancesOfCluster.ts'
import { isOwnCluster } from '../aws/isOwnCluster.ts'
import { type RunStep, stepHasEnded, stepOf } from '../aws/stepOf.ts'
import type { Accepted } from '../runs/RunFiles.ts'
import type { RunStore } from '../runs/RunStore.ts'
import { type ActualCost, actualCost, type MachineTime } from './actualCost.ts'
import type { Prices } from './Prices.ts'

export interface CostOfRunOptions {
  readonly clients: EmrClients
  /** Of this run. */
  readonly store: RunStore
  readonly accepted: Accepted
  readonly prices: Prices
  /** The records of the runs that it made get what they cost. */
  readonly hub: Hub
  readonly signal?: AbortSignal
  /** @default the system's */
  readonly clock?: Clock
}

export interface CostOfRun extends ActualCost {
  /** False while machines go on, and cost more. */
  readonly final: boolean
  /** Whether other work used the cluster, too: only its step's time is counted. */
  readonly shared: boolean
  /** What it did; 0 where its driver left no result. */
  readonly images: number
  /** Ids of the hub's runs whose records have their part of it now: none before it is final. */
  readonly recorded: readonly string[]
}

/**
 * What a run on EMR cost, from the machines that EMR lists; in the records of the hub's runs, too, once it is final. Asking again changes nothing.
 * @throws HubError `cost_unknown` where EMR tells of no machines any more, of too many, or its step did not begin; `no_price`; what EMR and the
 * storage say
 */
export async function costOfRun(options: CostOfRunOptions): Promise<CostOfRun> {
  const { clients, store, accepted, prices, hub, signal, clock = systemClock } = options
  const { clusterId, stepId, region } = accepted
  const asked = { clients, clusterId, region, signal }
  const [cluster, step, instances, result] = await Promise.all([
    clusterOf(asked),
    stepOf({ clients, accepted, signal }),
    Array.fromAsync(instancesOfCluster(asked)),
    store.result(),
  ])
  const now = new Date(clock.now())
  checkTold({ clusterId, cluster, instances, now })
  const shared = !isOwnCluster({ cluster, step, stepId })
  const images = result?.images ?? 0
  const cost = actualCost({
    machines: instances.flatMap(machineTime),
    between: shared ? timeOf(step, { clusterId, now }) : null,
    ...{ now, images, prices },
  })
  const final = shared ? stepHasEnded(step) : hasEnded(cluster)
  const recorded =
    final && result !== null
      ? await recordCost(hub, result.runs, {
          dollars: cost.dollars,
          dollars_per_thousand: cost.dollarsPerThousand,
          hours: cost.hours,
          prices_date: prices.date,
          region: prices.region,
          machines: cost.machines,
        })
      : []
  return { ...cost, final, shared, images, recorded: recorded.map(({ run_id }) => run_id) }
}

/** One that was asked for and never came has no times to bill. */
function machineTime({ InstanceType, Market, Status }: Instance): MachineTime[] {
  const { CreationDateTime, EndDateTime } = Status?.Timeline ?? {}
  if (
    InstanceType === undefined ||
    CreationDateTime === undefined ||
    Status?.State === 'AWAITING_FULFILLMENT'
  )
    return []
  const market = Market === 'SPOT' ? 'spot' : 'on_demand'
  return [{ type: InstanceType, market, began: CreationDateTime, ended: EndDateTime ?? null }]
}

interface Told {
  readonly clusterId: string
  readonly cluster: Cluster
  readonly instances: readonly Instance[]
  readonly now: Date
}

function checkTold({ clusterId, cluster, instances, now }: Told): void {
  const bill = "AWS's own bill has it, by the tag imagehub:run"
  const ended = cluster.Status?.Timeline?.EndDateTime
  const remembered = now.getTime() - instancesRememberedDays * 86_400_000
  if (instances.length === 0 || (ended !== undefined && ended.getTime() < remembered))
    throw userError(
      'cost_unknown',
      `EMR tells of no machines of the cluster ${clusterId}${ended === undefined ? '' : `, which ended at ${ended.toISOString()}`}`,
      `EMR forgets machines ${instancesRememberedDays} days after their end; ${bill}`,
    )
  if (instances.length >= mostInstancesTold)
    throw userError(
      'cost_unknown',
      `the cluster ${clusterId} had more machines than the ${mostInstancesTold} that EMR tells of`,
      bill,
    )
}

function timeOf(step: RunStep | null, { clusterId, now }: Pick<Told, 'clusterId' | 'now'>) {
  const { StartDateTime: from, EndDateTime: until = now } = step?.Status?.Timeline ?? {}
  if (from !== undefined) return { from, until }
  throw userError(
    'cost_unknown',
    `the step of the run has not begun on the cluster ${clusterId}`,
    'ask again when it has; what the cluster costs until then is not for this run',
  )
}
