import { removeSchedule, schedulerClient } from '../../../emr/schedule/deploySchedule.ts'
import { loadJob } from '../../../jobs/define/loadJob.ts'
import { defineCommand } from '../../Command.ts'
import { regionOf, regionOption } from '../../emr/regionOption.ts'
import { scheduleName, scheduleNameOptions } from '../../emr/scheduleName.ts'
import { jobOptions } from '../../jobArguments.ts'

export const unschedule = defineCommand({
  name: 'emr unschedule <job>',
  describe: 'End the schedule of a job; runs that have begun go on',
  options: { job: jobOptions.job, ...regionOption, ...scheduleNameOptions },
  examples: [['$0 emr unschedule nightly', 'no more nights']],
  async run(args) {
    const region = regionOf(args)
    const name = scheduleName(await loadJob(args.job), args)
    using scheduler = schedulerClient(region)
    const removed = await removeSchedule(scheduler, { ...name, region })
    return {
      json: { ...name, removed },
      text: removed ? `schedule ${name.name} removed` : `there is no schedule ${name.name} in ${region}`,
    }
  },
})
