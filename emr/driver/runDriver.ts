import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { hostname } from 'node:os'
import { resolve } from 'node:path'
import { text } from 'node:stream/consumers'
import { HubError, toError } from '../../base/HubError.ts'
import { Hub } from '../../catalog/Hub.ts'
import { imagesOfRun } from '../../catalog/imagesOfRun.ts'
import type { RunRecord } from '../../catalog/RunRecord.ts'
import { reportMark, reportOf } from '../../engines/spark/worker/ErrorReport.ts'
import { scheduledFor } from '../../jobs/define/scheduledFor.ts'
import type { JobPlan } from '../compile/JobPlan.ts'
import type { EndState, RunResult } from '../runs/RunFiles.ts'
import { RunStore } from '../runs/RunStore.ts'
import { clusterIdOf, type EmrMachine } from './emrMachine.ts'
import { endWithin } from './endWithin.ts'
import { keepBusy } from './keepBusy.ts'
import { openPlannedJob } from './openPlannedJob.ts'
import { openPlannedSpark } from './openPlannedSpark.ts'
import { RunReporter } from './RunReporter.ts'
import { stopReasons } from './stopReasons.ts'

/** In the step's own folder. */
const sparkLog = resolve('spark.log')
const sparkLogBytes = 1 << 20
/** For a job that is to stop, with its Spark. */
const stopMilliseconds = 120_000

export interface RunDriverOptions {
  readonly plan: JobPlan
  readonly runId: string
  readonly machine: EmrMachine
  /** Where lines go: the step's log. */
  readonly print: (line: string) => void
}

/**
 * Does a run, once: whoever comes second under its id does nothing. Tells the hub how far it is, and how it ended.
 * @returns `claimed` where another driver has the run
 */
export async function runDriver(options: RunDriverOptions): Promise<RunResult | 'claimed'> {
  const { plan, runId, machine, print } = options
  const startedAt = new Date().toISOString()
  using _busy = keepBusy(machine.busyFile)
  const hub = await Hub.open(plan.params.hub, { create: true })
  try {
    const store = new RunStore(hub.storage, { job: plan.job, runId })
    const clusterId = await clusterIdOf(machine)
    const { maxHours } = plan
    if (!(await store.createClaim({ at: startedAt, host: hostname(), clusterId, maxHours }))) {
      const claim = await store.claim()
      print(
        `run ${runId} of ${plan.job} was begun at ${claim?.at} by ${claim?.clusterId ?? claim?.host}: nothing to do`,
      )
      return 'claimed'
    }
    const result = await doRun({ ...options, hub, store, startedAt })
    await store.writeResult(result)
    return result
  } finally {
    await hub.close()
  }
}

interface DoRunOptions extends RunDriverOptions {
  readonly hub: Hub
  readonly store: RunStore
  readonly startedAt: string
}

async function doRun({
  plan,
  runId,
  machine,
  print,
  hub,
  store,
  startedAt,
}: DoRunOptions): Promise<RunResult> {
  await using reporter = new RunReporter({ store, print })
  using stop = stopReasons({ store, maxHours: plan.maxHours })
  const { signal } = stop
  const ended = (
    state: EndState,
    runs: readonly RunRecord[],
    error: RunResult['error'] = null,
  ): RunResult => ({
    state,
    startedAt,
    endedAt: new Date().toISOString(),
    runs: runs.map(({ run_id }) => run_id),
    images: Math.max(0, ...runs.map(imagesOfRun)),
    error,
  })
  try {
    reporter.note(`run ${runId} of ${plan.job} on ${plan.params.hub}`)
    const work = doJob({ plan, runId, machine, hub, reporter, signal })
    const runs = await endWithin(work, { signal, milliseconds: stopMilliseconds })
    for (const run of runs) reporter.note(runText(run))
    return ended('succeeded', runs)
  } catch (thrown) {
    await keepSparkLog(store)
    const told = reportOf(signal.aborted ? signal.reason : thrown, 'failed')
    reporter.note(`${reportMark}${JSON.stringify(told)}`)
    const { code, message, hint } = told
    return ended(endStateOf(thrown, signal), [], { code, message, ...(hint === undefined ? {} : { hint }) })
  }
}

interface DoJobOptions extends Pick<DoRunOptions, 'plan' | 'runId' | 'machine' | 'hub'> {
  readonly reporter: RunReporter
  readonly signal: AbortSignal
}

async function doJob(options: DoJobOptions): Promise<readonly RunRecord[]> {
  const { plan, runId, machine, hub, reporter, signal } = options
  const job = await openPlannedJob(plan)
  await using engine = await openPlannedSpark({ plan, machine, logFile: sparkLog })
  reporter.stage('starting Spark')
  return await job.pipeline(job.params.parse(plan.params), {
    hub,
    engine,
    device: plan.device,
    cacheFolder: machine.cacheFolder,
    scheduledFor: scheduledFor(runId),
    signal,
    onProgress: progress => reporter.progress(progress),
    onNote: line => reporter.note(line),
  })
}

/** For whoever asks why: EMR copies the step's own output only. */
async function keepSparkLog(store: RunStore): Promise<void> {
  try {
    const { size } = await stat(sparkLog)
    const stream = createReadStream(sparkLog, { start: Math.max(0, size - sparkLogBytes) })
    await store.writeSparkLog(await text(stream))
  } catch {
    // There may be none, or no hub to write to: the first error is the one to tell.
  }
}

function endStateOf(thrown: unknown, signal: AbortSignal): EndState {
  const { reason } = signal
  const error = reason instanceof HubError ? reason : toError(thrown)
  if (!(error instanceof HubError)) return 'failed'
  return error.code === 'cancelled' || error.code === 'timed_out' ? error.code : 'failed'
}

function runText({ command, run_id, rows_written, snapshot }: RunRecord): string {
  const written = Object.entries(rows_written).map(([table, rows]) => `${rows} ${table}`)
  return `${command} ${run_id}: ${written.join(', ') || 'nothing new'}, snapshot ${snapshot ?? 'none'}`
}
