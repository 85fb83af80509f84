import { userError } from '../../base/HubError.ts'
import { runState } from '../../catalog/runState.ts'
import { defineCommand } from '../Command.ts'
import { openHub } from '../hubArguments.ts'
import { runListText, runText } from '../runText.ts'

export const runs = defineCommand({
  name: 'runs [run]',
  describe: 'List the runs of a hub, or show one',
  options: {
    run: { type: 'string', describe: 'id of a run' },
    limit: { type: 'number', default: 20, describe: 'the newest so many', requiresArg: true },
  },
  examples: [['$0 runs --hub hub', 'what happened lately']],
  async run(args) {
    await using hub = await openHub(args.hub)
    const records = await hub.runs()
    const committed = await hub.committedRuns()
    const listed = records.map(record => ({ ...record, state: runState(record, committed) }))
    if (args.run === undefined) {
      const newest = listed.slice(-args.limit)
      return { json: newest, text: runListText(newest) }
    }
    const found = listed.find(({ run_id }) => run_id === args.run)
    if (found === undefined)
      throw userError('unknown_run', `the hub has no run ${args.run}`, 'imagehub runs --hub HUB lists them')
    return { json: found, text: runText(found) }
  },
})
