import type { Job } from '../../jobs/define/Job.ts'
import type { Storage } from '../../storage/Storage.ts'
import type { ArtifactFile } from '../prepare/ArtifactFile.ts'
import type { PreparedJob } from '../prepare/prepareJob.ts'
import { missingFiles } from '../prepare/uploadFiles.ts'
import type { CreateScheduleInput } from '../schedule/CreateScheduleInput.ts'
import { type Difference, differences } from './differences.ts'
import { type LastRequest, lastRequest } from './lastRequest.ts'
import { withDriverPlan } from './withDriverPlan.ts'

export interface PlanJobOptions {
  readonly job: Pick<Job, 'name'>
  readonly runId: string
  readonly prepared: PreparedJob
  /** The hub's; null where there is no hub yet. */
  readonly storage: Storage | null
  /** As it is at Scheduler and as it would be; null for a job without. */
  readonly schedule: {
    readonly deployed: CreateScheduleInput | null
    readonly wanted: CreateScheduleInput
  } | null
}

/** What submitting, or scheduling, would change. */
export interface DeploymentPlan {
  readonly uploads: readonly ArtifactFile[]
  /** Against the newest request that was submitted from this hub; null where there was none. */
  readonly submitted:
    | (Pick<LastRequest, 'runId' | 'at'> & { readonly differences: readonly Difference[] })
    | null
  /** `none`: nothing is deployed. Null for a job without a schedule. */
  readonly schedule: 'none' | readonly Difference[] | null
}

/** Compares a job as it is with what is deployed of it. Throws what the storage does. */
export async function planJob(options: PlanJobOptions): Promise<DeploymentPlan> {
  const { job, runId, prepared, storage, schedule } = options
  const last = storage && (await lastRequest(storage, job.name))
  const compared = async (before: unknown, after: unknown) => {
    const files = { storage, uploads: prepared.uploads }
    return differences(await withDriverPlan(before, files), await withDriverPlan(after, files))
  }
  return {
    uploads: storage === null ? prepared.files : await missingFiles(storage, prepared.files),
    submitted: last && {
      runId: last.runId,
      at: last.at,
      differences: await compared(renamed(last, runId), prepared.request),
    },
    schedule:
      schedule &&
      (schedule.deployed === null
        ? 'none'
        : await compared(readable(schedule.deployed), readable(schedule.wanted))),
  }
}

/** The request as it would be for another run. */
function renamed({ request, runId }: LastRequest, other: string): unknown {
  return JSON.parse(JSON.stringify(request).replaceAll(runId, other))
}

/** The request that a schedule holds is text, and is compared as what it says. */
function readable(schedule: CreateScheduleInput): unknown {
  return {
    // What Scheduler adds by itself.
    GroupName: 'default',
    ...schedule,
    Target: { ...schedule.Target, Input: JSON.parse(schedule.Target.Input) as unknown },
  }
}
