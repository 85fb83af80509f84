import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { userError } from '../../base/HubError.ts'

const dollarsAnHour = z.record(z.string(), z.number().positive())

const prices = z.object({
  /** When they were written down. */
  date: z.iso.date(),
  region: z.string(),
  /** On demand, Linux, dollars an hour by type. */
  ec2: dollarsAnHour,
  /** What EMR charges beside it, by type; a quarter of EC2's price, at most 0.27, for others. */
  emr: dollarsAnHour.default({}),
  /** What a spot machine costs of one on demand. */
  spotShare: z.number().positive().max(1),
})

export type Prices = z.infer<typeof prices>

/**
 * us-east-1, from public tables (https://aws.amazon.com/ec2/pricing/on-demand/, https://aws.amazon.com/emr/pricing/). The tables are undated,
 * they change, and none was checked against a bill; the share of spot machines is assumed.
 */
export const publicPrices: Prices = {
  date: '2026-11-25',
  region: 'us-east-1',
  ec2: {
    'g4dn.xlarge': 0.526,
    'g4dn.2xlarge': 0.752,
    'g4dn.4xlarge': 1.204,
    'g4dn.8xlarge': 2.176,
    'g4dn.12xlarge': 3.912,
    'g5.xlarge': 1.006,
    'g5.2xlarge': 1.212,
    'g5.4xlarge': 1.624,
    'g5.8xlarge': 2.448,
    'g5.12xlarge': 5.672,
    'g6.xlarge': 0.8048,
    'g6.2xlarge': 0.9776,
    'g6.4xlarge': 1.3232,
    'g6.8xlarge': 2.0144,
    'g6.12xlarge': 4.6016,
    'm5.xlarge': 0.192,
    'm5.2xlarge': 0.384,
    'm5.4xlarge': 0.768,
    'm6i.xlarge': 0.192,
    'm6i.2xlarge': 0.384,
    'm6i.4xlarge': 0.768,
    'm6i.8xlarge': 1.536,
    'm7i.xlarge': 0.2016,
    'm7i.2xlarge': 0.4032,
    'm7i.4xlarge': 0.8064,
    'c6i.2xlarge': 0.34,
    'c6i.4xlarge': 0.68,
    'c6i.8xlarge': 1.36,
    'c7i.2xlarge': 0.357,
    'c7i.4xlarge': 0.714,
    'c7i.8xlarge': 1.428,
    'r5.24xlarge': 6.048,
    'r6i.2xlarge': 0.504,
  },
  emr: { 'm5.xlarge': 0.048, 'm6i.2xlarge': 0.096, 'r5.24xlarge': 0.27 },
  spotShare: 0.5,
}

/**
 * Prices of one's own: JSON with date, region, ec2, spotShare and perhaps emr.
 * @throws HubError `bad_prices`
 */
export async function readPrices(path: string): Promise<Prices> {
  try {
    return prices.parse(JSON.parse(await readFile(path, 'utf8')))
  } catch (thrown) {
    throw userError(
      'bad_prices',
      `${path} holds no prices: ${thrown instanceof z.ZodError ? z.prettifyError(thrown) : thrown}`,
      'write {"date": "2026-11-01", "region": "eu-central-1", "spotShare": 0.5, "ec2": {"g5.2xlarge": 1.5}}',
      thrown,
    )
  }
}

/** EMR's own charge for types that the table does not have: an approximation, said as such. */
const emrShare = 0.25
const mostEmr = 0.27

export interface HourlyPrice {
  readonly ec2: number
  readonly emr: number
}

/** @throws HubError `no_price` */
export function priceOf({ ec2, emr, region }: Prices, type: string): HourlyPrice {
  const machine = ec2[type]
  if (machine === undefined)
    throw userError(
      'no_price',
      `there is no price of ${type} in ${region}`,
      `give a table that has it with --prices FILE; it has ${Object.keys(ec2).join(', ')}`,
    )
  return { ec2: machine, emr: emr[type] ?? Math.min(mostEmr, machine * emrShare) }
}
