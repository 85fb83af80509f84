import { userError } from '../../base/HubError.ts'
import type { Hub } from '../../catalog/Hub.ts'
import { tasksPerExecutor } from '../../emr/compile/executorSettings.ts'
import { bytesToCount, imagesToDo } from '../../emr/cost/imagesToDo.ts'
import { type MeasuredRate, type MeasuredWork, measuredRate } from '../../emr/cost/measuredRate.ts'
import { workOfJob } from '../../emr/cost/workOfJob.ts'
import type { HubParameters, Job } from '../../jobs/define/Job.ts'
import { findModel } from '../../models/modelStores.ts'
import { modelStores } from '../hubArguments.ts'
import { sizeText } from '../sizeText.ts'

export interface CostInputs {
  readonly images: number
  /** Whether they are those that the hub says are left, or somebody's. */
  readonly imagesFrom: 'hub' | 'given'
  readonly rate: number
  /** Null where somebody gave it. */
  readonly measured: MeasuredRate | null
  readonly work: MeasuredWork | null
}

export interface CostInputOptions {
  readonly job: Job
  readonly given: { readonly images: number | undefined; readonly rate: number | undefined }
  /** What is not given comes from it. Null where none was named. */
  readonly hub: { readonly opened: Hub; readonly params: HubParameters } | null
  readonly onNote: (line: string) => void
}

/** @throws HubError `usage` where the hub cannot tell what is missing */
export async function costInputs({ job, given, hub, onNote }: CostInputOptions): Promise<CostInputs> {
  const work = hub === null ? null : workOfJob(job, hub.params)
  const measured =
    given.rate !== undefined || hub === null || work === null
      ? null
      : measuredRate({ runs: await hub.opened.runs(), work, tasksPerGpu: tasksPerExecutor(job.cluster) })
  const rate = given.rate ?? measured?.rate
  const counts = given.images === undefined && hub !== null && work !== null && work.model !== null
  const images = counts ? await imagesLeft(hub.opened, work.model, onNote) : given.images
  if (images === undefined || rate === undefined || !(images >= 0) || !(rate > 0))
    throw userError('usage', missing({ images, rate, work, job }), hintFor(hub === null))
  return { images, imagesFrom: counts ? 'hub' : 'given', rate, measured, work }
}

async function imagesLeft(hub: Hub, model: string, onNote: CostInputOptions['onNote']): Promise<number> {
  const { manifest } = await findModel(model, modelStores(hub))
  const bytes = await bytesToCount(hub)
  if (bytes > 0)
    onNote(`counting what is left reads ${sizeText(bytes)} of tables, unless they are in the cache`)
  return await imagesToDo({ hub, model: manifest })
}

interface Missing {
  readonly images: number | undefined
  readonly rate: number | undefined
  readonly work: MeasuredWork | null
  readonly job: Job
}

function missing({ images, rate, work, job }: Missing): string {
  const needs = 'an estimate needs how many images there are and how fast they are done'
  if (rate === undefined && work !== null)
    return `${needs}: the hub has no run of ${work.command}${work.model === null ? '' : ` with ${work.model}`} on ${work.device} that did 200 images or more`
  if (images === undefined && work !== null)
    return `${needs}: how many ${job.name} will find is not in the hub`
  return needs
}

const hintFor = (withoutHub: boolean) =>
  withoutHub
    ? 'give --images and --rate, or --hub, whose earlier runs and images tell them; imagehub runs shows the rate of earlier runs'
    : 'give --images and --rate; imagehub runs shows the rate of earlier runs'
