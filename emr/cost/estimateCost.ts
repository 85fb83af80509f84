import type { Cluster } from '../../jobs/define/Cluster.ts'
import { workerTypes } from '../../jobs/define/checkCluster.ts'
import { instanceTypes } from '../../jobs/define/instanceTypes.ts'
import { type Prices, priceOf } from './Prices.ts'

export interface CostOptions {
  readonly cluster: Cluster
  readonly images: number
  /** Images a second of one GPU, or of one vCPU where there is none: measured in an earlier run. */
  readonly rate: number
  readonly prices: Prices
  /** @default for machines to come, EMR to install itself and Spark to start: 10 minutes (7 to 10 are usual: assumed, never measured) */
  readonly startHours?: number
}

export interface MachineCost {
  readonly what: 'primary' | 'core' | 'task'
  readonly type: string
  readonly count: number
  readonly spot: boolean
  /** Dollars an hour of all of them, EMR's charge included. */
  readonly hourly: number
}

export interface CostEstimate {
  readonly imagesPerSecond: number
  /** Until the work is done, starting included. */
  readonly hours: number
  readonly machines: readonly MachineCost[]
  /** US dollars. */
  readonly dollars: number
  readonly dollarsPerThousand: number
}

export const usualStartHours = 10 / 60

/**
 * What a job costs, before it runs: machines times hours. Transfers, S3 requests and disks are left out.
 * @throws HubError `no_price`
 */
export function estimateCost(options: CostOptions): CostEstimate {
  const { cluster, images, rate, prices, startHours = usualStartHours } = options
  const { workers, primary } = cluster
  // The dearest of the alternatives: an estimate that is too low helps nobody.
  const type = workerTypes(cluster).reduce((dearest, other) =>
    priceOf(prices, other).ec2 > priceOf(prices, dearest).ec2 ? other : dearest,
  )
  const machine = (what: MachineCost['what'], type: string, count: number, spot: boolean): MachineCost => {
    const { ec2, emr } = priceOf(prices, type)
    // EMR charges as much for a spot machine.
    return { what, type, count, spot, hourly: count * (ec2 * (spot ? prices.spotShare : 1) + emr) }
  }
  const machines = [
    machine('primary', primary, 1, false),
    machine('core', type, 1, false),
    ...(workers.count > 1 ? [machine('task', type, workers.count - 1, workers.spot ?? false)] : []),
  ]
  const { gpus, vcpus } = instanceTypes[type]
  const imagesPerSecond = rate * workers.count * (gpus > 0 ? gpus : vcpus)
  const hours = startHours + images / imagesPerSecond / 3600
  const dollars = hours * machines.reduce((sum, { hourly }) => sum + hourly, 0)
  return {
    imagesPerSecond,
    hours,
    machines,
    dollars,
    dollarsPerThousand: images === 0 ? 0 : (1000 * dollars) / images,
  }
}
