import type { Storage } from '../../storage/Storage.ts'
import { type JobPlan, jobPlanSchema } from '../compile/JobPlan.ts'
import type { RunStore } from './RunStore.ts'

/** What the driver of a run is told, as its first attempt has it; null for one that was not submitted from here, as by a schedule. */
export async function planOfRun(storage: Storage, store: RunStore): Promise<JobPlan | null> {
  const request = (await store.attempt(1))?.request
  if (request === undefined) return null
  const [step] = ('RunJobFlow' in request ? request.RunJobFlow : request.AddJobFlowSteps).Steps ?? []
  const uri = step?.HadoopJarStep?.Args?.[3]
  if (uri === undefined || !uri.startsWith(`${storage.root}/`)) return null
  const bytes = await storage.read(uri.slice(storage.root.length + 1))
  return jobPlanSchema.parse(JSON.parse(new TextDecoder().decode(bytes)))
}
