import { Hub } from '../../catalog/Hub.ts'
import type { RunRecord } from '../../catalog/RunRecord.ts'
import { loadJob } from '../../jobs/define/loadJob.ts'
import { defaultCacheFolder } from '../../storage/defaultCacheFolder.ts'
import { defineCommand } from '../Command.ts'
import { engineOptions, openEngine } from '../engineArguments.ts'
import { jobOptions, jobParameters } from '../jobArguments.ts'
import { stageRate } from '../runText.ts'

export const run = defineCommand({
  name: 'run <job>',
  describe: 'Run a job, one that comes along or a file of yours',
  options: {
    ...jobOptions,
    device: {
      type: 'string',
      choices: ['cpu', 'cuda'] as const,
      default: 'cpu' as const,
      describe: 'what infers; cuda: NVIDIA GPUs',
    },
    ...engineOptions,
  },
  examples: [
    ['$0 run featurize --hub hub --param model=mine', 'a job that comes with imagehub'],
    ['$0 run jobs/mine.ts --hub hub', 'one of your own'],
  ],
  async run(args, terminal) {
    const job = await loadJob(args.job)
    const params = jobParameters(job, args)
    await using engine = await openEngine(args)
    const hub = await Hub.open(params.hub, { create: true })
    try {
      const runs = await job.pipeline(params, {
        hub,
        engine,
        device: args.device,
        cacheFolder: defaultCacheFolder(),
        scheduledFor: null,
        signal: terminal.signal,
        onProgress: progress => terminal.progress(progress),
        onNote: line => terminal.note(line),
      })
      return { json: { job: job.name, params, runs }, text: runs.map(runText).join('\n') }
    } finally {
      await hub.close()
    }
  },
})

function runText(run: RunRecord): string {
  const written = Object.entries(run.rows_written).map(([table, rows]) => `${rows} ${table}`)
  if (run.exported !== undefined) written.push(`${run.exported.rows} rows to ${run.exported.to}`)
  return [
    `${run.command}: ${written.length === 0 ? 'nothing new' : written.join(', ')}`,
    ...stageRate(run),
    `run ${run.run_id}, snapshot ${run.snapshot ?? '–'}`,
  ].join('\n')
}
