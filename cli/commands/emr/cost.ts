import { estimateCost } from '../../../emr/cost/estimateCost.ts'
import { publicPrices, readPrices } from '../../../emr/cost/Prices.ts'
import { loadJob } from '../../../jobs/define/loadJob.ts'
import { defineCommand } from '../../Command.ts'
import { costInputs } from '../../emr/costInputs.ts'
import { costText } from '../../emr/costText.ts'
import { regionOption } from '../../emr/regionOption.ts'
import { runCostAnswer } from '../../emr/runCostAnswer.ts'
import { openHub } from '../../hubArguments.ts'
import { jobOptions, jobParameters } from '../../jobArguments.ts'

export const cost = defineCommand({
  name: 'emr cost <job>',
  describe: 'Estimate the hours and dollars of a job; or what a run, JOB/RUN-ID or j-..., did cost',
  options: {
    ...jobOptions,
    ...regionOption,
    images: {
      type: 'number',
      describe: 'how many images there are to do; those of the hub that the model has not seen unless given',
      requiresArg: true,
    },
    rate: {
      type: 'number',
      describe:
        'images a second of one GPU, or of one vCPU where there is none; as in earlier runs of the hub unless given',
      requiresArg: true,
    },
    prices: {
      type: 'string',
      describe: 'JSON of prices; public ones of us-east-1 unless given',
      requiresArg: true,
    },
  },
  examples: [
    ['$0 emr cost featurize --images 1740000 --rate 400', 'hours and dollars'],
    ['$0 emr cost featurize --hub s3://bucket/hub', 'of what is left, at the rate of earlier runs'],
    ['$0 emr cost nightly/2026-11-26T03:00:00Z --hub s3://bucket/hub', 'what a run did cost'],
  ],
  async run(args, terminal) {
    const prices = args.prices === undefined ? publicPrices : await readPrices(args.prices)
    if (/^j-[A-Z0-9]+$|^[a-z0-9-]+\/[\w:-]+$/.test(args.job))
      return await runCostAnswer(args, prices, terminal)
    const job = await loadJob(args.job)
    const { images, rate } = args
    const named = args.hub !== undefined || args.param.length > 0
    const params = named && (images === undefined || rate === undefined) ? jobParameters(job, args) : null
    await using opened = params === null ? null : await openHub(params.hub)
    const inputs = await costInputs({
      job,
      given: { images, rate },
      hub: params === null || opened === null ? null : { opened, params },
      onNote: line => terminal.note(line),
    })
    const estimate = estimateCost({
      cluster: job.cluster,
      images: inputs.images,
      rate: inputs.rate,
      prices,
    })
    const { work, ...told } = inputs
    return {
      json: { ...estimate, ...told, prices },
      text: costText(estimate, prices, inputs),
    }
  },
})
