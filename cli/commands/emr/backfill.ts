import { userError } from '../../../base/HubError.ts'
import { emrClients } from '../../../emr/aws/emrClients.ts'
import { RunStore } from '../../../emr/runs/RunStore.ts'
import { submitJob } from '../../../emr/submit/submitJob.ts'
import { loadJob } from '../../../jobs/define/loadJob.ts'
import { timesBetween } from '../../../jobs/define/timesBetween.ts'
import { type Answer, defineCommand } from '../../Command.ts'
import { cudaOption } from '../../emr/cudaOption.ts'
import { followRun } from '../../emr/followRun.ts'
import { jobToPrepare } from '../../emr/jobToPrepare.ts'
import { regionOption } from '../../emr/regionOption.ts'
import { openHub } from '../../hubArguments.ts'
import { jobOptions } from '../../jobArguments.ts'

export const backfill = defineCommand({
  name: 'emr backfill <job>',
  describe: 'Run a job for the times of its schedule in a stretch of time, one after the other, each once',
  options: {
    ...jobOptions,
    ...regionOption,
    ...cudaOption,
    from: {
      type: 'string',
      demandOption: true,
      describe: 'first day or time, 2026-11-01',
      requiresArg: true,
    },
    to: {
      type: 'string',
      demandOption: true,
      describe: 'day or time before which it ends',
      requiresArg: true,
    },
    'dry-run': { type: 'boolean', default: false, describe: 'print the times; submit nothing' },
  },
  examples: [
    [
      '$0 emr backfill nightly --param hub=s3://bucket/hub --from 2026-11-01 --to 2026-11-08',
      'a week of nights',
    ],
  ],
  async run(args, terminal): Promise<Answer> {
    const job = await loadJob(args.job)
    const { schedule } = job
    if (schedule === null)
      throw userError('no_schedule', `the job ${job.name} has no schedule`, 'submit it: imagehub emr submit')
    const { expression, timezone } = schedule
    const times = timesBetween(expression, { from: date('from', args), to: date('to', args), timezone })
    const runIds = times.map(time => `${time.toISOString().slice(0, 19)}Z`)
    if (args['dry-run'] || runIds.length === 0)
      return {
        json: { run_ids: runIds },
        text: runIds.length === 0 ? 'no times in between' : runIds.join('\n'),
      }
    const { params, region, prepare } = jobToPrepare(job, args, terminal)
    await using hub = await openHub(params.hub, { create: true })
    using clients = emrClients(region)
    const { signal } = terminal
    const onNote = (line: string) => terminal.note(line)
    const ends: unknown[] = []
    const texts: string[] = []
    for (const runId of runIds) {
      const prepared = await prepare({ runId })
      onNote(`run ${job.name}/${runId}`)
      const accepted = await submitJob({
        ...{ clients, storage: hub.storage, job, params, runId, region, prepared, signal, onNote },
      })
      const store = new RunStore(hub.storage, { job: job.name, runId })
      const run = { job: job.name, runId, hub, hubUri: params.hub, store, accepted, clients, region }
      const { json, text, exitCode = 0 } = await followRun(run, terminal)
      ends.push(json)
      texts.push(text)
      // Later times may build on it.
      if (exitCode !== 0) return { json: { runs: ends }, text: texts.join('\n'), exitCode }
    }
    return { json: { runs: ends }, text: texts.join('\n') }
  },
})

function date(option: 'from' | 'to', { [option]: given }: Readonly<Record<'from' | 'to', string>>): Date {
  const time = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z)?$/.test(given) ? new Date(given) : new Date(Number.NaN)
  if (!Number.isNaN(time.getTime())) return time
  throw userError(
    'bad_option',
    `--${option} is ${JSON.stringify(given)}`,
    'give a day, 2026-11-01, which begins at midnight UTC, or a time, 2026-11-01T12:00Z',
  )
}
