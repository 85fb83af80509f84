import { type RunLog, readRunLogs, runLogs } from '../../../emr/logs/readRunLogs.ts'
import { defineCommand } from '../../Command.ts'
import { acceptedOf, openRun, runOptions } from '../../emr/runOptions.ts'

export const logs = defineCommand({
  name: 'emr logs <run>',
  describe: "Print a log of a run: the driver's, which is there at once, or what EMR copied of its step",
  options: {
    ...runOptions,
    which: { type: 'string', choices: runLogs, default: 'driver' as const, describe: 'whose log' },
  },
  examples: [
    ['$0 emr logs nightly/2026-11-26T03:00:00Z --hub s3://bucket/hub --which stderr', 'of the step'],
  ],
  async run(args, terminal) {
    const run = await openRun(args, terminal.signal)
    return { stream: lines(run, args.which, terminal.signal) }
  },
})

async function* lines(
  run: Awaited<ReturnType<typeof openRun>>,
  which: RunLog,
  signal: AbortSignal,
): AsyncGenerator<string> {
  await using open = run
  const { clients, store } = open
  for await (const line of readRunLogs({ clients, store, accepted: acceptedOf(open), which, signal }))
    yield `${line}\n`
}
