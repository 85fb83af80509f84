import { emrClients } from '../../../emr/aws/emrClients.ts'
import { listRuns } from '../../../emr/list/listRuns.ts'
import { defineCommand } from '../../Command.ts'
import { regionOf, regionOption } from '../../emr/regionOption.ts'
import { openHub } from '../../hubArguments.ts'
import { textTable } from '../../textTable.ts'

export const list = defineCommand({
  name: 'emr list',
  describe: 'List the runs whose clusters EMR knows, newest first; with --hub, how each ended',
  options: {
    ...regionOption,
    days: { type: 'number', default: 7, describe: 'clusters of the last so many days', requiresArg: true },
  },
  examples: [['$0 emr list --days 30 --hub s3://bucket/hub', 'of a month']],
  async run(args, terminal) {
    const region = regionOf(args)
    using clients = emrClients(region)
    await using hub = args.hub === undefined ? null : await openHub(args.hub)
    const runs = await listRuns({
      ...{ clients, region, days: args.days, signal: terminal.signal },
      ...(hub === null ? {} : { storage: hub.storage }),
    })
    const rows = runs.map(({ job, runId, clusterId, state, runState, created, reason }) => [
      `${job}/${runId}`,
      clusterId,
      created?.toISOString().slice(0, 19).replace('T', ' ') ?? '',
      state,
      runState ?? '',
      reason ?? '',
    ])
    return {
      json: runs,
      text:
        runs.length === 0
          ? `no runs in ${region} in the last ${args.days} days`
          : textTable(['run', 'cluster', 'created', 'cluster is', 'run', 'because'], rows),
    }
  },
})
