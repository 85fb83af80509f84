import type { ClusterSummary } from '@aws-sdk/client-emr'
import pLimit from 'p-limit'
import { HubError } from '../../base/HubError.ts'
import type { Storage } from '../../storage/Storage.ts'
import { type Clock, systemClock } from '../aws/Clock.ts'
import { clustersSince } from '../aws/clustersSince.ts'
import type { EmrClients } from '../aws/emrClients.ts'
import { reasonOf } from '../aws/reasonOf.ts'
import type { EndState } from '../runs/RunFiles.ts'
import { RunStore } from '../runs/RunStore.ts'

export interface ListRunsOptions {
  readonly clients: EmrClients
  readonly region: string
  /** Only clusters made since; EMR forgets them two months after their end. @default 7 */
  readonly days?: number
  /** The hub's, to tell how each run ended. */
  readonly storage?: Storage
  readonly signal?: AbortSignal
  /** @default the system's */
  readonly clock?: Clock
}

/** Of the hub. */
const readsAtOnce = 16

/** A cluster that was started for a run, also by a schedule. Runs that are steps of other clusters are not among them. */
export interface ListedRun {
  readonly clusterId: string
  readonly job: string
  readonly runId: string
  /** Of the cluster. */
  readonly state: string
  readonly reason: string | null
  readonly created: Date | null
  /** Of the cluster. */
  readonly ended: Date | null
  /** How the driver says the run ended; null where it has not, or no storage was given. */
  readonly runState: EndState | null
}

/** The runs whose clusters EMR knows, newest first. Throws what EMR and the storage say. */
export async function listRuns(options: ListRunsOptions): Promise<ListedRun[]> {
  const { clients, region, days = 7, storage, signal, clock = systemClock } = options
  const since = clock.now() - days * 86_400_000
  const runs: Omit<ListedRun, 'runState'>[] = []
  for await (const cluster of clustersSince({ clients, region, since, signal })) {
    const named = /^imagehub (\S+) (.+)$/.exec(cluster.Name ?? '')
    if (named === null) continue
    const [, job = '', runId = ''] = named
    runs.push({ ...listed(cluster), job, runId })
  }
  const told = await pLimit(readsAtOnce).map(runs, async run => ({
    ...run,
    runState: await runState(storage, run),
  }))
  return told.sort((a, b) => (b.created?.getTime() ?? 0) - (a.created?.getTime() ?? 0))
}

function listed(cluster: ClusterSummary): Omit<ListedRun, 'job' | 'runId' | 'runState'> {
  const { Id = '', Status } = cluster
  return {
    clusterId: Id,
    state: Status?.State ?? 'unknown',
    reason: reasonOf(cluster, null),
    created: Status?.Timeline?.CreationDateTime ?? null,
    ended: Status?.Timeline?.EndDateTime ?? null,
  }
}

async function runState(
  storage: Storage | undefined,
  run: { readonly job: string; readonly runId: string },
): Promise<EndState | null> {
  if (storage === undefined) return null
  try {
    return (await new RunStore(storage, run).result())?.state ?? null
  } catch (error) {
    // Anybody may name a cluster like a run, and what one of another version wrote hides no others.
    if (error instanceof HubError && ['damaged_hub', 'bad_key', 'key_outside_root'].includes(error.code))
      return null
    throw error
  }
}
