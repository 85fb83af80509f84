import { userError } from '../../base/HubError.ts'
import { estimateCost } from '../../emr/cost/estimateCost.ts'
import { publicPrices, readPrices } from '../../emr/cost/Prices.ts'
import type { Job } from '../../jobs/define/Job.ts'
import type { Answer } from '../Command.ts'
import { costText } from './costText.ts'

interface CostArguments {
  readonly images: number | undefined
  readonly rate: number | undefined
  readonly prices: string | undefined
}

/** @throws HubError `usage`, `bad_prices`, `no_price` */
export async function costAnswer({ cluster }: Job, args: CostArguments): Promise<Answer> {
  const { images, rate } = args
  if (images === undefined || rate === undefined || !(images >= 0) || !(rate > 0))
    throw userError(
      'usage',
      'an estimate needs how many images there are and how fast they are done',
      'give --images and --rate; imagehub runs shows the rate of earlier runs',
    )
  const prices = args.prices === undefined ? publicPrices : await readPrices(args.prices)
  const estimate = estimateCost({ cluster, images, rate, prices })
  return { json: { ...estimate, prices }, text: costText(estimate, prices) }
}
