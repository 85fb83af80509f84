import type { CostEstimate } from '../../emr/cost/estimateCost.ts'
import type { Prices } from '../../emr/cost/Prices.ts'
import { textTable } from '../textTable.ts'
import type { CostInputs } from './costInputs.ts'

/** An estimate for people, with what it rests on. */
export function costText(
  estimate: CostEstimate,
  { date, region, spotShare }: Prices,
  inputs: CostInputs,
): string {
  const { hours, dollars, dollarsPerThousand, imagesPerSecond, machines } = estimate
  return [
    `${hours.toFixed(1)} hours, ${dollars.toFixed(2)} dollars: ${dollarsPerThousand.toFixed(4)} for 1,000 images, at ${Math.round(imagesPerSecond)} images/s`,
    textTable(
      ['machines', 'type', 'count', 'dollars an hour'],
      machines.map(({ what, type, count, spot, hourly }) => [
        spot ? `${what}, spot` : what,
        type,
        String(count),
        hourly.toFixed(3),
      ]),
    ),
    ...inputsText(inputs),
    `prices of ${region}, written down on ${date}; a spot machine at ${Math.round(100 * spotShare)} % is assumed; without transfers, requests and disks`,
  ].join('\n')
}

/** What the hub told. */
function inputsText({ images, imagesFrom, rate, measured, work }: CostInputs): string[] {
  const lines: string[] = []
  if (imagesFrom === 'hub')
    lines.push(`${images} images: the accepted ones of the hub that ${work?.model} has not seen`)
  if (measured === null) return lines
  const where = measured.engine === 'spark' ? 'Spark' : 'one machine'
  const size =
    measured.of === 'GPU' && measured.engine === 'spark' ? ', taken as made on machines of this size' : ''
  lines.push(
    `${rate.toFixed(1)} images/s of one ${measured.of}, measured on ${where} with ${measured.images} images${size}: ${measured.runs.join(', ')}`,
  )
  return lines
}
