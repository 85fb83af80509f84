import { clusterOf } from '../../../emr/aws/clusterOf.ts'
import { stepOf } from '../../../emr/aws/stepOf.ts'
import { diagnose as diagnoseCluster } from '../../../emr/diagnose/diagnose.ts'
import { diagnosisText } from '../../../emr/diagnose/diagnosisText.ts'
import { logLocation, readLogs } from '../../../emr/diagnose/readLogs.ts'
import { withDriverLog } from '../../../emr/diagnose/withDriverLog.ts'
import { openStorage } from '../../../storage/openStorage.ts'
import { defineCommand } from '../../Command.ts'
import { acceptedOf, openRun, runOptions } from '../../emr/runOptions.ts'

export const diagnose = defineCommand({
  name: 'emr diagnose <run>',
  describe: 'Say why a run failed and what to change, from what EMR tells and from its logs',
  options: runOptions,
  examples: [['$0 emr diagnose nightly/2026-11-26T03:00:00Z --hub s3://bucket/hub', 'one sentence']],
  async run(args, terminal) {
    await using run = await openRun(args, terminal.signal)
    const { clients, region, job, runId } = run
    const accepted = acceptedOf(run)
    const { signal } = terminal
    const { clusterId } = accepted
    const cluster = await clusterOf({ clients, clusterId, region, signal })
    const step = await stepOf({ clients, accepted, signal })
    const storage = cluster.LogUri ? openStorage(logLocation(cluster.LogUri)) : undefined
    try {
      const diagnosis = await diagnoseCluster({
        cluster,
        steps: step === null ? [] : [step],
        logs: withDriverLog(run.store, storage && readLogs({ storage, clusterId })),
      })
      return {
        json: { job, run_id: runId, cluster_id: clusterId, ...diagnosis },
        text: diagnosisText(diagnosis),
      }
    } finally {
      await storage?.close()
    }
  },
})
