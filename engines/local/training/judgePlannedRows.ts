import { openHead } from '../../../models/heads/openHead.ts'
import type { LocalJudgeJob } from './LocalTraining.ts'
import { readPlannedRows } from './readPlannedRows.ts'

/** Reads and judges, in the calling thread. */
export default async function judgePlannedRows(job: LocalJudgeJob): Promise<Float32Array> {
  const { features } = await readPlannedRows(job, 'test')
  await using head = await openHead({ path: job.headPath, model: job.model, threads: job.threads })
  return await head.predict(features.data, features.rows)
}
