import type { MachineCharge } from '../../catalog/RunRecord.ts'
import { type Prices, priceOf } from './Prices.ts'

/** A machine of a cluster, for as long as it was there. */
export interface MachineTime {
  readonly type: string
  readonly market: MachineCharge['market']
  readonly began: Date
  /** Null while it is there. */
  readonly ended: Date | null
}

export interface ActualCostOptions {
  readonly machines: readonly MachineTime[]
  /** Only the time between is counted: of a step on a cluster that others use, too. Null where the cluster was started for the run. */
  readonly between: { readonly from: Date; readonly until: Date } | null
  /** The end, so far, of machines that are still there. */
  readonly now: Date
  /** What the run did. */
  readonly images: number
  readonly prices: Prices
}

export interface ActualCost {
  /** By type and market. */
  readonly machines: readonly MachineCharge[]
  /** Of all machines together. */
  readonly hours: number
  /** US dollars. */
  readonly dollars: number
  /** Null where the run did no image. */
  readonly dollarsPerThousand: number | null
}

/** EC2 and EMR bill by the second, a machine for a minute at least (https://aws.amazon.com/emr/pricing/). */
const leastSeconds = 60

/**
 * What machines cost for as long as they were there, EMR's own charge included. Requests to S3, transfers, disks and logs are left out; a spot
 * machine is taken at the share that the prices name, since EMR does not tell what it was sold for.
 * @throws HubError `no_price`
 */
export function actualCost({ machines, between, now, images, prices }: ActualCostOptions): ActualCost {
  const charges = new Map<string, MachineCharge>()
  for (const { type, market, began, ended } of machines) {
    const seconds =
      between === null
        ? Math.max(leastSeconds, Math.ceil(secondsBetween(began, ended ?? now)))
        : secondsBetween(latest(began, between.from), earliest(ended ?? now, between.until))
    if (seconds <= 0) continue
    const { ec2, emr } = priceOf(prices, type)
    // EMR charges as much for a spot machine.
    const hourly = ec2 * (market === 'spot' ? prices.spotShare : 1) + emr
    const hours = seconds / 3600
    const key = `${type} ${market}`
    const before = charges.get(key)
    charges.set(key, {
      ...{ type, market },
      count: (before?.count ?? 0) + 1,
      hours: (before?.hours ?? 0) + hours,
      dollars: (before?.dollars ?? 0) + hours * hourly,
    })
  }
  const all = [...charges.values()]
  const dollars = all.reduce((sum, charge) => sum + charge.dollars, 0)
  return {
    machines: all,
    hours: all.reduce((sum, { hours }) => sum + hours, 0),
    dollars,
    dollarsPerThousand: images > 0 ? (1000 * dollars) / images : null,
  }
}

const secondsBetween = (from: Date, until: Date) => (until.getTime() - from.getTime()) / 1000
const latest = (a: Date, b: Date) => (a > b ? a : b)
const earliest = (a: Date, b: Date) => (a < b ? a : b)
