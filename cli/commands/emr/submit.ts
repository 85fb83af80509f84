import { emrClients } from '../../../emr/aws/emrClients.ts'
import { RunStore } from '../../../emr/runs/RunStore.ts'
import { submitJob } from '../../../emr/submit/submitJob.ts'
import { defineCommand } from '../../Command.ts'
import { followRun } from '../../emr/followRun.ts'
import { interruptedWith } from '../../emr/interruptedWith.ts'
import { prepareArguments, submitOptions } from '../../emr/submitOptions.ts'
import { openHub } from '../../hubArguments.ts'
import { sizeText } from '../../sizeText.ts'

export const submit = defineCommand({
  name: 'emr submit <job>',
  describe: 'Have EMR do a job: exactly one run for each run id, however often it is called',
  options: {
    ...submitOptions,
    'settle-seconds': {
      type: 'number',
      default: 30,
      describe: 'within which EMR lists what it has accepted; after a lost answer that is waited for',
      requiresArg: true,
    },
    watch: { type: 'boolean', default: false, describe: 'follow the run to its end' },
  },
  examples: [
    ['$0 emr submit ingest --param hub=s3://bucket/hub --watch', 'on a cluster of its own'],
    [
      '$0 emr submit ingest --param hub=s3://bucket/hub --run-id 2026-11-26',
      'once, also from a script that is run twice',
    ],
  ],
  async run(args, terminal) {
    const { job, params, runId, region, prepared } = await prepareArguments(args, terminal)
    const named = `${job.name}/${runId}`
    await using hub = await openHub(params.hub, { create: true })
    using clients = emrClients(region)
    const { signal } = terminal
    const onNote = (line: string) => terminal.note(line)
    // Before anything is sent: whoever is interrupted has to know it to go on.
    onNote(`run ${named}`)
    const hint = `submit it again with --run-id ${runId}: what EMR may have started is found by it`
    const send = () =>
      submitJob({
        ...{ clients, storage: hub.storage, job, params, runId, region, prepared, signal, onNote },
        settleMilliseconds: 1000 * args['settle-seconds'],
      })
    const { uploaded, ...submitted } = await interruptedWith({ signal, hint }, send)
    if (args.watch) {
      const store = new RunStore(hub.storage, { job: job.name, runId })
      const run = {
        job: job.name,
        runId,
        hub,
        hubUri: params.hub,
        store,
        accepted: submitted,
        clients,
        region,
      }
      return await followRun(run, terminal)
    }
    const { clusterId, alreadySubmitted } = submitted
    return {
      json: { job: job.name, run_id: runId, ...submitted, uploaded },
      text: [
        `${named} ${alreadySubmitted ? 'was submitted before' : 'submitted'}: cluster ${clusterId}, ${sizeText(uploaded.bytes)} uploaded`,
        `follow it: imagehub emr watch ${named} --hub ${params.hub} --region ${region}`,
      ].join('\n'),
    }
  },
})
