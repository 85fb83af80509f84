import type { Features } from './Features.ts'
import type { HeadTasks } from './headTasks.ts'
import { LossEvaluator, type Task } from './LossEvaluator.ts'
import type { TaskRows } from './TaskRows.ts'
import { taskMoments } from './taskMoments.ts'

export interface LocalRowsOptions extends HeadTasks {
  readonly features: Features
  /** Cores to compute on. */
  readonly threads: number
}

/** Rows in the memory of this process. */
export function localRows({
  features,
  tasks,
  outputs,
  link,
  threads,
}: LocalRowsOptions): TaskRows<LossEvaluator> {
  return {
    link,
    outputs,
    tasks: tasks.length,
    moments: async wanted =>
      taskMoments(
        features,
        wanted.map(task => tasks[task] as Task),
        outputs,
      ),
    open: origin => LossEvaluator.open({ features, outputs, link, tasks, threads, origin }),
  }
}
