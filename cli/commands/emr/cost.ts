import { userError } from '../../../base/HubError.ts'
import { estimateCost } from '../../../emr/cost/estimateCost.ts'
import { publicPrices, readPrices } from '../../../emr/cost/Prices.ts'
import { loadJob } from '../../../jobs/define/loadJob.ts'
import { defineCommand } from '../../Command.ts'
import { costText } from '../../emr/costText.ts'
import { jobOptions } from '../../jobArguments.ts'

export const cost = defineCommand({
  name: 'emr cost <job>',
  describe: 'Estimate the hours and dollars of a job',
  options: {
    job: jobOptions.job,
    images: { type: 'number', describe: 'how many images there are to do', requiresArg: true },
    rate: {
      type: 'number',
      describe: 'images a second of one GPU, or of one vCPU where there is none, as measured',
      requiresArg: true,
    },
    prices: {
      type: 'string',
      describe: 'JSON of prices; public ones of us-east-1 unless given',
      requiresArg: true,
    },
  },
  examples: [['$0 emr cost featurize --images 1740000 --rate 400', 'hours and dollars']],
  async run(args) {
    const { cluster } = await loadJob(args.job)
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
  },
})
