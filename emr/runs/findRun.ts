import { userError } from '../../base/HubError.ts'
import { Hub } from '../../catalog/Hub.ts'
import { clusterOf } from '../aws/clusterOf.ts'
import { clustersSince } from '../aws/clustersSince.ts'
import type { EmrClients } from '../aws/emrClients.ts'
import type { Accepted } from './RunFiles.ts'
import { RunStore } from './RunStore.ts'

export interface FindRunOptions {
  /** `JOB/RUN-ID` with its hub, or the cluster of a run, `j-...`. */
  readonly named: string
  /** @default what the cluster's tags name */
  readonly hub: string | undefined
  readonly region: string
  readonly clients: EmrClients
  readonly signal: AbortSignal
}

/** A run on EMR, with its hub open. */
export interface FoundRun extends AsyncDisposable {
  readonly job: string
  readonly runId: string
  readonly hub: Hub
  readonly hubUri: string
  readonly store: RunStore
  /** Null where nothing says that EMR took it. */
  readonly accepted: Accepted | null
}

/** EMR forgets clusters after two months. */
const rememberedMilliseconds = 60 * 86_400_000

/**
 * A run by the name that it was submitted under, or by its cluster; also one that a schedule started, of which the hub has no `accepted.json`.
 * @throws HubError `usage`, `unknown_run`, `not_a_hub`; what EMR and the storage say
 */
export async function findRun(options: FindRunOptions): Promise<FoundRun> {
  const { named } = options
  if (/^j-[A-Z0-9]+$/.test(named)) return await runOfCluster(options)
  const [, job, runId] = /^([a-z0-9-]+)\/([\w:-]+)$/.exec(named) ?? []
  if (job === undefined || runId === undefined)
    throw userError(
      'usage',
      `${JSON.stringify(named)} names no run`,
      'write JOB/RUN-ID, or the cluster j-...',
    )
  if (options.hub === undefined)
    throw userError('usage', '--hub is missing', `name the hub of ${named}: --hub s3://bucket/prefix`)
  return await open(options.hub, { job, runId }, async store => {
    const accepted = await store.accepted()
    if (accepted !== null) return accepted
    const claim = await store.claim()
    const clusterId = claim?.clusterId ?? (await clusterNamed(options, `imagehub ${job} ${runId}`))
    return clusterId === null ? null : adopted(clusterId, options)
  })
}

async function runOfCluster(options: FindRunOptions): Promise<FoundRun> {
  const { named, clients, region, signal } = options
  const cluster = await clusterOf({ clients, clusterId: named, region, signal })
  const [, job, runId] = /^imagehub (\S+) (\S+)$/.exec(cluster.Name ?? '') ?? []
  const hub = options.hub ?? cluster.Tags?.find(({ Key }) => Key === 'imagehub:hub')?.Value
  if (job === undefined || runId === undefined || hub === undefined)
    throw userError(
      'unknown_run',
      `the cluster ${named} (${cluster.Name ?? 'without a name'}) was not started for a run of imagehub`,
      'name the run as JOB/RUN-ID, with --hub; imagehub emr list shows runs',
    )
  return await open(hub, { job, runId }, async store => (await store.accepted()) ?? adopted(named, options))
}

const adopted = (clusterId: string, { region }: FindRunOptions): Accepted => ({
  at: new Date().toISOString(),
  ...{ clusterId, stepId: null, region, adopted: true },
})

async function open(
  hubUri: string,
  run: { readonly job: string; readonly runId: string },
  accept: (store: RunStore) => Promise<Accepted | null>,
): Promise<FoundRun> {
  const hub = await Hub.open(hubUri)
  try {
    const store = new RunStore(hub.storage, run)
    const accepted = await accept(store)
    return { ...run, hub, hubUri, store, accepted, [Symbol.asyncDispose]: () => hub.close() }
  } catch (thrown) {
    await hub.close()
    throw thrown
  }
}

async function clusterNamed(
  { clients, region, signal }: FindRunOptions,
  name: string,
): Promise<string | null> {
  const since = Date.now() - rememberedMilliseconds
  let oldest: string | null = null
  for await (const { Id = null, Name } of clustersSince({ clients, region, since, signal }))
    if (Name === name) oldest = Id
  return oldest
}
