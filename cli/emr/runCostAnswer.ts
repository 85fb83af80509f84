import { costOfRun } from '../../emr/cost/costOfRun.ts'
import type { Prices } from '../../emr/cost/Prices.ts'
import type { Answer } from '../Command.ts'
import type { Terminal } from '../Terminal.ts'
import { textTable } from '../textTable.ts'
import { acceptedOf, openRun } from './runOptions.ts'

interface RunCostArguments {
  /** Names the run. */
  readonly job: string
  readonly hub: string | undefined
  readonly region: string | undefined
}

/** What a run at EMR did cost. Throws what findRun and costOfRun do. */
export async function runCostAnswer(
  { job, hub: hubUri, region }: RunCostArguments,
  prices: Prices,
  { signal }: Terminal,
): Promise<Answer> {
  await using run = await openRun({ run: job, hub: hubUri, region }, signal)
  const { clients, store, hub } = run
  const cost = await costOfRun({ clients, store, hub, prices, signal, accepted: acceptedOf(run) })
  const { dollars, dollarsPerThousand, hours, machines, images, final, recorded } = cost
  const rows = machines.map(machine => [
    machine.type,
    machine.market.replace('_', ' '),
    String(machine.count),
    machine.hours.toFixed(2),
    machine.dollars.toFixed(4),
  ])
  return {
    json: { job: run.job, run_id: run.runId, ...cost, prices },
    text: [
      `${run.job}/${run.runId}: ${dollars.toFixed(2)} dollars${final ? '' : ' so far'}, ${hours.toFixed(2)} machine hours${
        dollarsPerThousand === null
          ? ''
          : `, ${dollarsPerThousand.toFixed(4)} for each 1,000 of ${images} images`
      }`,
      textTable(['type', 'market', 'count', 'hours', 'dollars'], rows),
      `prices of ${prices.region}, written down on ${prices.date}; without S3, transfers and disks`,
      ...(recorded.length === 0 ? [] : [`written into the records of ${recorded.join(', ')}`]),
    ].join('\n'),
  }
}
