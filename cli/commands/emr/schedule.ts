import { emrClients } from '../../../emr/aws/emrClients.ts'
import { deployedSchedule, deploySchedule, schedulerClient } from '../../../emr/schedule/deploySchedule.ts'
import { deployFiles } from '../../../emr/submit/submitJob.ts'
import { defineCommand } from '../../Command.ts'
import { nextText } from '../../emr/nextText.ts'
import { prepareSchedule, scheduleOptions } from '../../emr/prepareSchedule.ts'
import { scheduleName } from '../../emr/scheduleName.ts'
import { openHub } from '../../hubArguments.ts'

export const schedule = defineCommand({
  name: 'emr schedule <job>',
  describe: 'Have EventBridge Scheduler start a job at the times of its schedule; changes one that is there',
  options: {
    ...scheduleOptions,
    'dry-run': { type: 'boolean', default: false, describe: 'print the request; ask AWS nothing' },
  },
  examples: [
    ['$0 emr schedule nightly --param hub=s3://bucket/hub --account 123456789012', 'every night'],
    [
      '$0 emr schedule nightly --param hub=s3://bucket/hub --account 123456789012 --dry-run',
      'what would be sent',
    ],
  ],
  async run(args, terminal) {
    const { job, params, region, prepared, request } = await prepareSchedule(args, terminal)
    if (args['dry-run']) {
      const json = { CreateSchedule: request }
      return { json, text: JSON.stringify(json, null, 2) }
    }
    await using hub = await openHub(params.hub, { create: true })
    using clients = emrClients(region)
    using scheduler = schedulerClient(region)
    const { signal } = terminal
    const onNote = (line: string) => terminal.note(line)
    const uploaded = await deployFiles({
      ...{ clients, storage: hub.storage, job, params, region, prepared, signal, onNote },
    })
    const before = await deployedSchedule(scheduler, { ...scheduleName(job, args), region })
    const outcome = await deploySchedule(scheduler, { request, region })
    const { ScheduleExpression, ScheduleExpressionTimezone, State, Name } = request
    return {
      json: { name: Name, outcome, before, request, uploaded },
      text: [
        `schedule ${Name} ${outcome}: ${ScheduleExpression} in ${ScheduleExpressionTimezone}${State === 'DISABLED' ? ', disabled' : ''}`,
        nextText(ScheduleExpression, ScheduleExpressionTimezone),
      ].join('\n'),
    }
  },
})
