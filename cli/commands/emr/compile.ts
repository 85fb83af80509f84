import { defineCommand } from '../../Command.ts'
import { prepareArguments, submitOptions } from '../../emr/submitOptions.ts'

export const compile = defineCommand({
  name: 'emr compile <job>',
  describe: 'Print the exact request for a job, as JSON; asks AWS nothing',
  options: submitOptions,
  examples: [
    ['$0 emr compile nightly --param hub=s3://bucket/hub', 'a cluster of its own'],
    [
      '$0 emr compile jobs/mine.ts --param hub=s3://bucket/hub --cluster j-2AXXXXXXGAPLF',
      'a step of one that runs',
    ],
  ],
  async run(args, terminal) {
    const { prepared } = await prepareArguments(args, terminal)
    return { json: prepared.request, text: JSON.stringify(prepared.request, null, 2) }
  },
})
