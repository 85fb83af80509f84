import type { ExecutePlanResponse_ExecutionProgress } from './spark_connect_pb.ts'

/** How far an execution is. Spark 4 tells it every few seconds, Spark 3.5 never. */
export interface ExecutionProgress {
  /** Tasks of all stages known so far: more stages may follow. */
  readonly tasks: number
  readonly tasksDone: number
  readonly tasksRunning: number
  /** Bytes read from files and shuffles. */
  readonly bytes: number
  readonly stages: number
  readonly stagesDone: number
}

export function progressOf({
  stages,
  numInflightTasks,
}: ExecutePlanResponse_ExecutionProgress): ExecutionProgress {
  const sum = (of: (stage: (typeof stages)[number]) => bigint) =>
    Number(stages.reduce((total, stage) => total + of(stage), 0n))
  return {
    tasks: sum(stage => stage.numTasks),
    tasksDone: sum(stage => stage.numCompletedTasks),
    tasksRunning: Number(numInflightTasks),
    bytes: sum(stage => stage.inputBytesRead),
    stages: stages.length,
    stagesDone: stages.filter(({ done }) => done).length,
  }
}
