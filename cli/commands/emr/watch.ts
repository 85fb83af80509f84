import { defineCommand } from '../../Command.ts'
import { followRun } from '../../emr/followRun.ts'
import { openRun, runOptions } from '../../emr/runOptions.ts'

export const watch = defineCommand({
  name: 'emr watch <run>',
  describe: 'Follow a run to its end: states, progress, log; exit code 1 failed, 3 cancelled, 4 timed out',
  options: runOptions,
  examples: [
    ['$0 emr watch nightly/2026-11-26T03:00:00Z --hub s3://bucket/hub', 'by its name'],
    ['$0 emr watch j-2AXXXXXXGAPLF', 'by its cluster'],
  ],
  async run(args, terminal) {
    await using run = await openRun(args, terminal.signal)
    return await followRun(run, terminal)
  },
})
