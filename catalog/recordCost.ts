import type { Hub } from './Hub.ts'
import { imagesOfRun } from './imagesOfRun.ts'
import type { RunCost, RunRecord } from './RunRecord.ts'

/**
 * Writes into the records of runs what they cost together, each its part by the seconds that it took. A cost that is there is replaced; ids
 * that the hub does not have are left out.
 * @returns the records, as they are now
 */
export async function recordCost(
  hub: Pick<Hub, 'runs' | 'writeRun'>,
  runIds: readonly string[],
  cost: RunCost,
): Promise<RunRecord[]> {
  if (runIds.length === 0) return []
  const runs = (await hub.runs()).filter(({ run_id }) => runIds.includes(run_id))
  const seconds = runs.map(secondsOf)
  const total = seconds.reduce((sum, value) => sum + value, 0)
  const records = runs.map((run, index) => {
    const share = total > 0 ? (seconds[index] ?? 0) / total : 1 / runs.length
    return { ...run, cost: shareOf(cost, share, imagesOfRun(run)) }
  })
  await Promise.all(records.map(record => hub.writeRun(record)))
  return records
}

function secondsOf({ started_at, ended_at }: RunRecord): number {
  return ended_at === null ? 0 : Math.max(0, Date.parse(ended_at) - Date.parse(started_at)) / 1000
}

function shareOf(cost: RunCost, share: number, images: number): RunCost {
  const dollars = cost.dollars * share
  return {
    ...cost,
    dollars,
    dollars_per_thousand: images > 0 ? (1000 * dollars) / images : null,
    hours: cost.hours * share,
    machines: cost.machines.map(machine => ({
      ...machine,
      hours: machine.hours * share,
      dollars: machine.dollars * share,
    })),
  }
}
