import type { RunRecord, StageRecord } from '../../catalog/RunRecord.ts'

/** What is measured: the stage that takes a job's time. */
export interface MeasuredWork {
  readonly command: RunRecord['command']
  /** Its name in the records of runs. */
  readonly stage: string
  /** Id; null where none infers. */
  readonly model: string | null
  readonly device: 'cpu' | 'cuda'
}

export interface MeasuredRateOptions {
  /** Of the hub. */
  readonly runs: readonly RunRecord[]
  readonly work: MeasuredWork
  /** Tasks that share a GPU: records count tasks, and are taken as made on machines of this size. */
  readonly tasksPerGpu: number
}

export interface MeasuredRate {
  /** Images a second of one GPU, or of one vCPU. */
  readonly rate: number
  readonly of: 'GPU' | 'vCPU'
  readonly engine: RunRecord['engine']
  /** That were done in the runs. */
  readonly images: number
  /** Ids, the newest first. */
  readonly runs: readonly string[]
}

/** Of fewer, starting takes most of the time. */
const leastImages = 200
/** The newest, so that an old machine, or an old version, counts no longer. */
const mostRuns = 5

/**
 * How fast earlier runs of the same work were, those on Spark before those on one machine: images by worker and second, summed over the newest.
 * A worker is a thread with a core of its own, or one that owns a GPU; on Spark a task, of which several share a GPU.
 * @returns null where no run did enough of it
 */
export function measuredRate({ runs, work, tasksPerGpu }: MeasuredRateOptions): MeasuredRate | null {
  const measured = runs
    .toSorted((a, b) => (a.started_at < b.started_at ? 1 : -1))
    .filter(run => isSameWork(run, work))
    .flatMap(run => {
      const stage = run.stages.find(({ name }) => name === work.stage)
      return stage === undefined || imagesOf(stage) < leastImages || stage.seconds <= 0
        ? []
        : [{ run, stage }]
    })
  const onSpark = measured.filter(({ run }) => run.engine === 'spark')
  const newest = (onSpark.length > 0 ? onSpark : measured).slice(0, mostRuns)
  const [first] = newest
  if (first === undefined) return null
  const { engine } = first.run
  const shared = work.device === 'cuda' && engine === 'spark' ? tasksPerGpu : 1
  const images = newest.reduce((sum, { stage }) => sum + imagesOf(stage), 0)
  const seconds = newest.reduce((sum, { stage }) => sum + (stage.seconds * stage.workers) / shared, 0)
  return {
    rate: images / seconds,
    of: work.device === 'cuda' ? 'GPU' : 'vCPU',
    engine,
    images,
    runs: newest.map(({ run }) => run.run_id),
  }
}

function isSameWork({ command, parameters, model }: RunRecord, work: MeasuredWork): boolean {
  const device = parameters.device === 'cuda' ? 'cuda' : 'cpu'
  return (
    command === work.command && device === work.device && (work.model === null || model?.id === work.model)
  )
}

const imagesOf = ({ rows_out, rows_resumed }: StageRecord) => rows_out - rows_resumed
