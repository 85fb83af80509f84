/** Bounds of one worker process. Seconds may be fractions. */
export interface WorkerLimits {
  /** From the first byte of a task's header to the part that Spark sends at once, and for a connection to show its secret. */
  readonly headerSeconds: number
  /**
   * Silence of Spark within a task, while it computes the rows to send or takes none of the output. Long: an upstream shuffle or scan may
   * take its time before the first row.
   */
  readonly silenceSeconds: number
  /**
   * A stage that gives nothing for so long while rows are with it, or does not begin, hangs. Long: reading an object may be tried ten times
   * for a minute each; a command may say otherwise.
   */
  readonly stageSeconds: number
  /** Without a connection, the process ends. */
  readonly idleSeconds: number
  /** Without a task, a thread ends and closes what its stage kept open. */
  readonly threadIdleSeconds: number
  /** From the request to stop to the end of a thread by force: longer than a batch takes. */
  readonly stopSeconds: number
  /** Bytes of one Arrow batch. */
  readonly batchBytes: number
}

const defaults: WorkerLimits = {
  headerSeconds: 60,
  silenceSeconds: 3600,
  stageSeconds: 900,
  idleSeconds: 300,
  threadIdleSeconds: 120,
  stopSeconds: 5,
  batchBytes: 2 ** 30,
}

/** The environment variable of each bound; `spark.executorEnv.NAME` sets it on a cluster. */
const variables: Readonly<Record<keyof WorkerLimits, string>> = {
  headerSeconds: 'IMAGEHUB_WORKER_HEADER_SECONDS',
  silenceSeconds: 'IMAGEHUB_WORKER_SILENCE_SECONDS',
  stageSeconds: 'IMAGEHUB_WORKER_STAGE_SECONDS',
  idleSeconds: 'IMAGEHUB_WORKER_IDLE_SECONDS',
  threadIdleSeconds: 'IMAGEHUB_WORKER_THREAD_IDLE_SECONDS',
  stopSeconds: 'IMAGEHUB_WORKER_STOP_SECONDS',
  batchBytes: 'IMAGEHUB_WORKER_BATCH_BYTES',
}

/** The bounds that an environment sets; what is absent or no positive number stays at its default. */
export function workerLimits(environment: NodeJS.ProcessEnv): WorkerLimits {
  const names = Object.keys(defaults) as (keyof WorkerLimits)[]
  const given = names.map(name => {
    const value = Number(environment[variables[name]])
    return [name, Number.isFinite(value) && value > 0 ? value : defaults[name]] as const
  })
  return Object.fromEntries(given) as Record<keyof WorkerLimits, number>
}
