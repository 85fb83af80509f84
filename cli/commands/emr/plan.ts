import { HubError } from '../../../base/HubError.ts'
import { Hub } from '../../../catalog/Hub.ts'
import { planJob } from '../../../emr/plan/planJob.ts'
import { deployedSchedule, schedulerClient } from '../../../emr/schedule/deploySchedule.ts'
import { loadJob } from '../../../jobs/define/loadJob.ts'
import { defineCommand } from '../../Command.ts'
import { planText } from '../../emr/planText.ts'
import { prepareSchedule, scheduleOptions } from '../../emr/prepareSchedule.ts'
import { regionOf } from '../../emr/regionOption.ts'
import { scheduleName } from '../../emr/scheduleName.ts'
import { prepareArguments } from '../../emr/submitOptions.ts'

export const plan = defineCommand({
  name: 'emr plan <job>',
  describe: 'Show what submit or schedule would upload and change; changes nothing',
  options: scheduleOptions,
  examples: [['$0 emr plan nightly --param hub=s3://bucket/hub', 'against what is deployed']],
  async run(args) {
    const { job, params, runId, region, prepared } = await prepareArguments({
      ...args,
      ...{ 'run-id': undefined, cluster: undefined },
    })
    const hub = await Hub.open(params.hub).catch((thrown: unknown) => {
      if (thrown instanceof HubError && thrown.code === 'not_a_hub') return null
      throw thrown
    })
    try {
      const schedule = job.schedule === null ? null : await schedules(args)
      const planned = await planJob({ job, runId, prepared, storage: hub?.storage ?? null, schedule })
      return {
        json: { job: job.name, params, region, ...planned, request: prepared.request },
        text: planText({ job, params, region, request: prepared.request, planned }),
      }
    } finally {
      await hub?.close()
    }
  },
})

/** Where no role is named, the one of what is deployed is to stay. */
async function schedules(args: Parameters<typeof prepareSchedule>[0]) {
  const region = regionOf(args)
  using scheduler = schedulerClient(region)
  const deployed = await deployedSchedule(scheduler, {
    ...scheduleName(await loadJob(args.job), args),
    region,
  })
  const role =
    args.role ?? (args.account === undefined ? (deployed?.Target.RoleArn ?? unknownRole) : undefined)
  const { request } = await prepareSchedule({ ...args, role })
  return { deployed, wanted: request }
}

/** Only what is deployed is compared with it, and nothing is. */
const unknownRole = 'arn:aws:iam::000000000000:role/unknown'
