import type { CostEstimate } from '../../emr/cost/estimateCost.ts'
import type { Prices } from '../../emr/cost/Prices.ts'
import { textTable } from '../textTable.ts'

/** An estimate for people, with what it rests on. */
export function costText(estimate: CostEstimate, { date, region, spotShare }: Prices): string {
  const { hours, dollars, dollarsPerThousand, imagesPerSecond, machines } = estimate
  return [
    `${hours.toFixed(1)} hours, ${dollars.toFixed(2)} dollars: ${dollarsPerThousand.toFixed(3)} for 1,000 images, at ${Math.round(imagesPerSecond)} images/s`,
    textTable(
      ['machines', 'type', 'count', 'dollars an hour'],
      machines.map(({ what, type, count, spot, hourly }) => [
        spot ? `${what}, spot` : what,
        type,
        String(count),
        hourly.toFixed(3),
      ]),
    ),
    `prices of ${region}, written down on ${date}; a spot machine at ${Math.round(100 * spotShare)} % is assumed; without transfers, requests and disks`,
  ].join('\n')
}
