import { HubError } from '../../../base/HubError.ts'
import { Hub } from '../../../catalog/Hub.ts'
import { type CostEstimate, estimateCost } from '../../../emr/cost/estimateCost.ts'
import { publicPrices } from '../../../emr/cost/Prices.ts'
import { planJob } from '../../../emr/plan/planJob.ts'
import { deployedSchedule, schedulerClient } from '../../../emr/schedule/deploySchedule.ts'
import type { HubParameters, Job } from '../../../jobs/define/Job.ts'
import { loadJob } from '../../../jobs/define/loadJob.ts'
import { defineCommand } from '../../Command.ts'
import { costInputs } from '../../emr/costInputs.ts'
import { planText } from '../../emr/planText.ts'
import { prepareSchedule, scheduleOptions } from '../../emr/prepareSchedule.ts'
import { regionOf } from '../../emr/regionOption.ts'
import { scheduleName } from '../../emr/scheduleName.ts'
import { prepareArguments } from '../../emr/submitOptions.ts'
import type { Terminal } from '../../Terminal.ts'

export const plan = defineCommand({
  name: 'emr plan <job>',
  describe: 'Show what submit or schedule would upload and change; changes nothing',
  options: scheduleOptions,
  examples: [['$0 emr plan nightly --param hub=s3://bucket/hub', 'against what is deployed']],
  async run(args, terminal) {
    const { job, params, runId, region, prepared } = await prepareArguments(
      {
        ...args,
        ...{ 'run-id': undefined, cluster: undefined },
      },
      terminal,
    )
    const hub = await Hub.open(params.hub).catch((thrown: unknown) => {
      if (thrown instanceof HubError && thrown.code === 'not_a_hub') return null
      throw thrown
    })
    try {
      const cost =
        hub === null ? null : await estimate({ job, params, hub, onNote: line => terminal.note(line) })
      const schedule = job.schedule === null ? null : await schedules(args, terminal)
      const planned = await planJob({ job, runId, prepared, storage: hub?.storage ?? null, schedule })
      return {
        json: { job: job.name, params, region, ...planned, cost, request: prepared.request },
        text: `${planText({ job, params, region, request: prepared.request, planned })}\n${estimateText(cost)}`,
      }
    } finally {
      await hub?.close()
    }
  },
})

interface EstimateOptions {
  readonly job: Job
  readonly params: HubParameters
  readonly hub: Hub
  readonly onNote: (line: string) => void
}

/** Null where the hub does not know how much there is to do, or how fast it is done. */
async function estimate({ job, params, hub, onNote }: EstimateOptions): Promise<CostEstimate | null> {
  const given = { images: undefined, rate: undefined }
  try {
    const { images, rate } = await costInputs({ job, given, hub: { opened: hub, params }, onNote })
    return estimateCost({ cluster: job.cluster, images, rate, prices: publicPrices })
  } catch (thrown) {
    if (thrown instanceof HubError && ['usage', 'unknown_model'].includes(thrown.code)) return null
    throw thrown
  }
}

function estimateText(cost: CostEstimate | null): string {
  return cost === null
    ? 'cost: not known from this hub; imagehub emr cost estimates it'
    : `cost: ${cost.dollars.toFixed(2)} dollars, ${cost.hours.toFixed(1)} hours (imagehub emr cost says from what)`
}

/** Where no role is named, the one of what is deployed is to stay. */
async function schedules(args: Parameters<typeof prepareSchedule>[0], terminal: Terminal) {
  const region = regionOf(args)
  using scheduler = schedulerClient(region)
  const deployed = await deployedSchedule(scheduler, {
    ...scheduleName(await loadJob(args.job), args),
    region,
  })
  const role =
    args.role ?? (args.account === undefined ? (deployed?.Target.RoleArn ?? unknownRole) : undefined)
  const { request } = await prepareSchedule({ ...args, role }, terminal)
  return { deployed, wanted: request }
}

/** Only what is deployed is compared with it, and nothing is. */
const unknownRole = 'arn:aws:iam::000000000000:role/unknown'
