import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemCode } from '../../../base/HubError.ts'
import { Random } from '../../../samples/Random.ts'
import { commandOf, until } from '../../support/processes.ts'
import type { ClusterWorker, SparkCluster } from '../../support/sparkCluster.ts'
import type { Scope } from '../../support/temporaryFolder.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { type DoublingRun, type NumberRow, numberRows, runDoubling } from '../local/doublingRun.ts'

/** Printed with every failure: SEED=… repeats the moments. */
export const seed = process.env.SEED ?? String(Date.now() % 100_000)
const random = new Random(seed)

/** Rows of a job: six partitions of two batches. */
export const rows = numberRows(48)

export function doubledOf(given: readonly NumberRow[]) {
  return given
    .map(({ id, number }) => ({ id, doubled: 2 * number, problem: null as string | null }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))
}

/** Numbers of rows worked on, ascending: moments of a job, however fast the machine is. */
export function moments(count: number): number[] {
  return Array.from({ length: count }, () => random.whole(1, rows.length - 8)).sort((a, b) => a - b)
}

export function anyOf<T>(choices: readonly T[]): T | undefined {
  return choices[random.whole(0, Math.max(0, choices.length - 1))]
}

/** @returns whether there was such a process: one that was seen a moment ago may have ended */
export function strike(pid: number | undefined, signal: NodeJS.Signals): boolean {
  if (pid === undefined) return false
  try {
    return process.kill(pid, signal)
  } catch (thrown) {
    if (systemCode(thrown) === 'ESRCH') return false
    throw thrown
  }
}

export interface DisturbedRun extends Partial<DoublingRun> {
  readonly moments: readonly number[]
  /** @returns false where there was nothing to disturb yet: it is asked again */
  readonly disturb: () => unknown
}

/** Doubles the rows and disturbs the job once for each moment; tells how often it came to that. */
export async function runDisturbed(t: Scope, options: DisturbedRun) {
  const { moments, disturb, folder = await temporaryFolder(t), ...how } = options
  let over = false
  let disturbed = 0
  const disturbing = (async () => {
    for (const moment of moments) {
      while (!over && linesOf(join(folder, 'log')) < moment) await sleep(10)
      while (!over) {
        if ((await disturb()) !== false) {
          disturbed++
          break
        }
        await sleep(10)
      }
    }
  })()
  try {
    const run = await runDoubling({ folder, rows, rowMilliseconds: 100, ...how })
    return { ...run, disturbed, folder }
  } finally {
    over = true
    await disturbing
  }
}

function linesOf(log: string): number {
  return existsSync(log) ? readFileSync(log, 'utf8').split('\n').length - 1 : 0
}

/** Workers of a cluster that were not killed. */
export function living(cluster: SparkCluster): ClusterWorker[] {
  return cluster.workers.filter(({ pid }) => existsSync(`/proc/${pid}/exe`))
}

/** Node processes that tasks run in; with `apart`, processes of retried tasks too. */
export function nodesOf(cluster: SparkCluster, { apart }: { readonly apart: boolean }): number[] {
  return cluster.workers
    .flatMap(worker => worker.nodes())
    .filter(pid => apart || !commandOf(pid).includes('--apart'))
}

/** Waits until no Node process is left whose executor is gone. */
export async function untilNoOrphan(cluster: SparkCluster): Promise<void> {
  await until('no Node process outlives its executor', () => {
    const nodes = nodesOf(cluster, { apart: true })
    const parents = new Set([...nodes, ...cluster.workers.flatMap(worker => worker.executors())])
    return nodes.every(pid => parents.has(parentOf(pid)) || !existsSync(`/proc/${pid}`))
  })
}

/** Waits until no application is left on a cluster, nor any of its processes. */
export async function untilIdle(cluster: SparkCluster): Promise<void> {
  await until('the application ends', async () => (await cluster.applications()).length === 0)
  await until('its executors end', () => cluster.workers.every(worker => worker.executors().length === 0))
  await until('its Node processes end', () => nodesOf(cluster, { apart: true }).length === 0)
}

function parentOf(pid: number): number {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])
  } catch {
    return 0
  }
}
