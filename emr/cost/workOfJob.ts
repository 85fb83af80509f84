import type { HubParameters, Job } from '../../jobs/define/Job.ts'
import type { MeasuredWork } from './measuredRate.ts'

/**
 * The work that takes a job's time: of one with a model inference, of the shipped ingest reading and judging photos. Null for others: nothing
 * says what of their runs grows with the images.
 */
export function workOfJob(job: Job, params: HubParameters): MeasuredWork | null {
  const [model] = job.models(params)
  if (model !== undefined)
    return { command: 'featurize', stage: 'featurized', model, device: job.cluster.device }
  if (job.name === 'ingest') return { command: 'ingest', stage: 'inspections', model: null, device: 'cpu' }
  return null
}
