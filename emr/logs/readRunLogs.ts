import { HubError, userError } from '../../base/HubError.ts'
import { openStorage } from '../../storage/openStorage.ts'
import type { Storage } from '../../storage/Storage.ts'
import { clusterOf } from '../aws/clusterOf.ts'
import type { EmrClients } from '../aws/emrClients.ts'
import { stepOf } from '../aws/stepOf.ts'
import type { Log } from '../diagnose/Log.ts'
import { logLines } from '../diagnose/logLines.ts'
import { logName } from '../diagnose/logParts.ts'
import { maskSecrets } from '../diagnose/maskSecrets.ts'
import { logLocation, readLogs } from '../diagnose/readLogs.ts'
import { withoutControls } from '../diagnose/withoutControls.ts'
import type { Accepted } from '../runs/RunFiles.ts'
import type { RunStore } from '../runs/RunStore.ts'

/** `driver` is the end of the driver's log that it puts into the hub itself; the others are those of its step, as EMR copies them. */
export const runLogs = ['driver', 'stderr', 'stdout', 'controller'] as const
export type RunLog = (typeof runLogs)[number]

export interface ReadRunLogsOptions {
  readonly clients: EmrClients
  /** Of this run. */
  readonly store: RunStore
  readonly accepted: Accepted
  readonly which: RunLog
  readonly signal?: AbortSignal
  /** Opens the place that LogUri names. @default openStorage */
  readonly open?: (location: string) => Storage
}

/** Whole logs, but no line that would fill the memory. */
const limits = { bytes: Number.POSITIVE_INFINITY, lineCharacters: 65_536 }

/**
 * The lines of a run's log, without what a terminal would obey and what looks like a secret.
 * @throws HubError `logs_not_there`; what EMR and the storage say
 */
export async function* readRunLogs(options: ReadRunLogsOptions): AsyncGenerator<string> {
  const { store, which, signal } = options
  for await (const lines of which === 'driver' ? driverLines(store) : stepLines(options, which)) {
    signal?.throwIfAborted()
    for (const line of lines) yield maskSecrets(withoutControls(line))
  }
}

async function* driverLines(store: RunStore): AsyncGenerator<readonly string[]> {
  const text = await store.log()
  if (text === '')
    throw userError(
      'logs_not_there',
      'the driver of this run has written no driver.log yet',
      'it begins when the step runs, some minutes after the cluster was started; imagehub emr watch shows how far it is',
    )
  yield text.replace(/\n$/, '').split('\n')
}

async function* stepLines(options: ReadRunLogsOptions, which: RunLog): AsyncGenerator<readonly string[]> {
  const { clients, accepted, signal, open = openStorage } = options
  const { clusterId, region } = accepted
  const { LogUri } = await clusterOf({ clients, clusterId, region, signal })
  if (LogUri === undefined || LogUri === '')
    throw userError(
      'logs_not_there',
      `the cluster ${clusterId} keeps no logs: it was started without a LogUri`,
      'the end of the driver log is in the hub: read the log driver',
    )
  const stepId = accepted.stepId ?? (await stepOf({ clients, accepted, signal }))?.Id
  if (stepId === undefined)
    throw notThere(which, `below ${LogUri}, as the cluster ${clusterId} shows no step yet`)
  const storage = open(logLocation(LogUri))
  try {
    const log = await findLog(storage, clusterId, stepId, which)
    if (log === null) throw notThere(which, `of the step ${stepId} below ${LogUri}`)
    yield* logLines(log, limits)
  } finally {
    await storage.close()
  }
}

async function findLog(
  storage: Storage,
  clusterId: string,
  stepId: string,
  which: RunLog,
): Promise<Log | null> {
  try {
    for await (const log of readLogs({ storage, clusterId }).ofStep(stepId))
      if (logName(log.file).log.endsWith(`/${which}`)) return log
  } catch (error) {
    // A folder where nothing was written yet.
    if (!(error instanceof HubError) || error.code !== 'not_found') throw error
  }
  return null
}

function notThere(which: RunLog, where: string): HubError {
  return userError(
    'logs_not_there',
    `there is no ${which} ${where} yet`,
    'EMR copies logs every five minutes, and after a step ended once more: ask again then. driver.log is there at once: read the log driver',
  )
}
