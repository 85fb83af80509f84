import { HubError } from '../../base/HubError.ts'
import type { Diagnosis, FoundCause } from './Diagnosis.ts'
import type { Log, Logs } from './Log.ts'
import { LogReading } from './LogReading.ts'
import { defaultLogLimits, type LogLimits, logLines } from './logLines.ts'
import { clusterLines, stepLines } from './statusLines.ts'
import type { ToldCluster, ToldStep } from './Told.ts'

export interface DiagnoseOptions {
  readonly cluster: ToldCluster
  /** Those that may have failed; those that did are looked at. */
  readonly steps: readonly ToldStep[]
  /** Undefined where the cluster keeps none. */
  readonly logs: Logs | undefined
  readonly limits?: LogLimits
  readonly now?: Date
}

/** EMR says five; a busy node takes longer. */
const minutesUntilLogs = 10

/** Of all logs together. */
const mostCharacters = 2 ** 31

const unsuccessful: ReadonlySet<string> = new Set(['FAILED', 'INTERRUPTED', 'CANCELLED'])

/**
 * Says why a cluster or its steps failed, from what EMR tells and from as few logs as it takes: of the failed steps first, then of their
 * YARN applications, of bootstrap actions and nodes only where the cluster failed over those. Logs that are not there, or cannot be read,
 * are no errors: the diagnosis names them.
 */
export async function diagnose(options: DiagnoseOptions): Promise<Diagnosis> {
  const { cluster, logs, limits = defaultLogLimits, now = new Date() } = options
  const steps = options.steps.filter(({ Status }) => unsuccessful.has(Status?.State ?? ''))
  const clusterFailed = cluster.Status?.State === 'TERMINATED_WITH_ERRORS'
  const reading = new LogReading()
  const missing: string[] = []
  const told = clusterLines(cluster)
  await reading.read('status', `cluster ${cluster.Id ?? ''}`.trim(), once(told))
  for (const step of steps)
    await reading.read('status', `step ${step.Id ?? ''}`.trim(), once(stepLines(step)))

  const read = async (what: string, of: AsyncIterable<Log> | undefined, ended?: Date): Promise<void> => {
    let count = 0
    try {
      for await (const log of of ?? []) {
        await reading.read(log.place, log.file, logLines(log, limits))
        count += 1
        if (reading.characters > mostCharacters) {
          missing.push(`Not all logs of ${what} were read: they are too many.`)
          break
        }
      }
      if (count === 0) missing.push(whyMissing(what, cluster, ended, now))
    } catch (error) {
      if (!(error instanceof HubError)) throw error
      missing.push(`The logs of ${what} cannot be read: ${error.message}.`)
    }
  }
  const settled = () =>
    reading.rank === 'asked' || reading.rank === 'root' || reading.characters > mostCharacters

  for (const step of steps) {
    if (settled()) break
    await read(`step ${step.Id}`, logs?.ofStep(step.Id ?? ''), step.Status?.Timeline?.EndDateTime)
  }
  const applications = new Set([
    ...steps.flatMap(step => step.applicationIds ?? []),
    ...reading.applicationIds,
  ])
  for (const id of applications) {
    if (settled()) break
    await read(id, logs?.ofApplication(id), endOf(cluster, steps))
  }
  if (!settled() && told.some(line => /BOOTSTRAP_FAILURE|bootstrap action/i.test(line)))
    await read('the bootstrap actions', logs?.ofBootstrap(), cluster.Status?.Timeline?.EndDateTime)
  else if (!settled() && clusterFailed && logs !== undefined)
    await read('the nodes', logs.ofNodes(), cluster.Status?.Timeline?.EndDateTime)

  const failed = clusterFailed || steps.length > 0
  return answer(reading, [...new Set(missing)], failed)
}

function answer(reading: LogReading, logsMissing: readonly string[], failed: boolean): Diagnosis {
  const [first, ...others] = reading.ranked()
  const rank = reading.rank
  if (first !== undefined) {
    const explains = rank !== 'wrapper' && rank !== 'failed'
    return { ...first, others, firstErrors: explains ? [] : beside(reading, first), logsMissing }
  }
  const nothing = {
    sure: undefined,
    evidence: undefined,
    others: [],
    firstErrors: reading.firstErrors.all(),
    logsMissing,
  }
  return failed
    ? {
        cause: 'unknown',
        sentence: 'Something failed, and what EMR tells and logs names no known cause.',
        change: logsMissing.length > 0 ? 'ask again when the logs are there' : 'see the first errors',
        ...nothing,
      }
    : { cause: 'none', sentence: 'Nothing failed.', change: 'nothing', ...nothing, logsMissing: [] }
}

/** The first errors but for the one that is the evidence already. */
function beside(reading: LogReading, { evidence }: FoundCause) {
  return reading.firstErrors.all().filter(({ text }) => text !== evidence.text)
}

function whyMissing(what: string, cluster: ToldCluster, ended: Date | undefined, now: Date): string {
  const { LogUri } = cluster
  if (LogUri === undefined || LogUri === '')
    return `There are no logs of ${what}: the cluster has no logUri, and so keeps none.`
  const minutes = ended === undefined ? 0 : (now.getTime() - ended.getTime()) / 60_000
  return minutes < minutesUntilLogs
    ? `The logs of ${what} are not below ${LogUri} yet: EMR copies them every 5 minutes. Ask again.`
    : `There are no logs of ${what} below ${LogUri}, ${Math.floor(minutes)} minutes after the end: may the role of instanceProfile write there?`
}

function endOf(cluster: ToldCluster, steps: readonly ToldStep[]): Date | undefined {
  const ends = [cluster, ...steps].flatMap(({ Status }) => Status?.Timeline?.EndDateTime ?? [])
  return ends.sort((a, b) => b.getTime() - a.getTime())[0]
}

async function* once(lines: readonly string[]): AsyncGenerator<readonly string[]> {
  yield lines
}
