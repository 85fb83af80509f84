import { cancelRun } from '../../../emr/cancel/cancelRun.ts'
import { defineCommand } from '../../Command.ts'
import { openRun, runOptions } from '../../emr/runOptions.ts'

const outcomes = {
  not_submitted: 'was never submitted',
  in_doubt: 'may have been submitted: its driver stops as soon as it starts',
  already_ended: 'had ended',
  ended: 'has ended',
  asked: 'was asked to end',
} as const

export const cancel = defineCommand({
  name: 'emr cancel <run>',
  describe: 'Stop a run: its driver with its Spark application, its step at once, or its cluster',
  options: {
    ...runOptions,
    what: {
      type: 'string',
      choices: ['run', 'step', 'cluster'] as const,
      default: 'run' as const,
      describe: 'run: the driver is asked first, then EMR; step: EMR at once; cluster: all that is on it',
    },
    force: {
      type: 'boolean',
      default: false,
      describe: 'cluster: also one that was not started for this run',
    },
  },
  examples: [
    ['$0 emr cancel nightly/2026-11-26T03:00:00Z --hub s3://bucket/hub', 'finished work is kept'],
    ['$0 emr cancel j-2AXXXXXXGAPLF --what cluster', 'no more costs'],
  ],
  async run(args, terminal) {
    await using run = await openRun(args, terminal.signal)
    const { clients, store, accepted, job, runId } = run
    const { what, force } = args
    const onNote = (line: string) => terminal.note(line)
    const cancelled = await cancelRun({
      clients,
      store,
      accepted,
      what,
      force,
      signal: terminal.signal,
      onNote,
    })
    const { outcome, state } = cancelled
    return {
      json: { job, run_id: runId, ...cancelled },
      text: `${job}/${runId} ${outcomes[outcome]}${state === null ? '' : ` (${state})`}`,
    }
  },
})
