import { HubError, userError } from '../../../base/HubError.ts'
import { type SparkRelease, sparkReleases } from '../setup/sparkLines.ts'
import type { StartFailure } from './keeperMessages.ts'

export interface StartFailureOptions {
  readonly failure: StartFailure
  readonly release: SparkRelease
  readonly masterUrl: string
  readonly port: number
  readonly driverMemory: string
  readonly logFile: string
  readonly startMilliseconds: number
}

/** Says why a Connect server did not start, from how it ended and the end of its log. */
export function startFailure(options: StartFailureOptions): HubError {
  const { failure, release, masterUrl, port, driverMemory, logFile, startMilliseconds } = options
  const server = `Spark ${release.version}'s Connect server`
  switch (failure.kind) {
    case 'masterUnreachable':
      return unreachable(masterUrl, failure.detail, 'start it, or name the one that runs')
    case 'notReady':
      if (masterUrl === 'yarn' && /ConnectException|Retrying connect/.test(failure.tail))
        return unreachable(
          masterUrl,
          `its ResourceManager does not answer: ${lastLine(failure.tail)}`,
          'see the addresses in yarn-site.xml, in the folder that HADOOP_CONF_DIR names',
        )
      return new HubError({
        code: 'spark_server_failed',
        message: `${server} did not answer within ${startMilliseconds / 1000} s; its log ends:\n${failure.tail}`,
        hint: `the whole log is in ${logFile}`,
      })
    case 'other': {
      const cause = new Error(failure.message)
      cause.stack = failure.stack
      const message = `${server} was not started: ${failure.message}`
      return new HubError({ code: 'spark_server_failed', message, cause })
    }
    case 'ended': {
      const { tail } = failure
      if (/BindException|Address already in use/.test(tail))
        return userError('port_in_use', `port ${port} is in use`, 'choose another, or 0 for a free one')
      if (/All masters are unresponsive/.test(tail))
        return unreachable(masterUrl, 'it accepts connections but no application', otherVersion(release))
      if (/Invalid (maximum )?heap size|Too small maximum heap|System memory .* must be at least/.test(tail))
        return userError(
          'bad_driver_memory',
          `no server runs with a heap of ${driverMemory}: ${firstLine(tail)}`,
          'write it as 1g or 1500m; at least 500m',
        )
      const [, executors] = /(Executor memory .* must be at least \d+)/.exec(tail) ?? []
      if (executors !== undefined)
        return userError(
          'bad_executor_memory',
          `no executor runs with so little memory: ${executors} bytes`,
          'set spark.executor.memory to 1g or more',
        )
      return new HubError({
        code: 'spark_server_failed',
        message: `${server} ended with ${failure.how} before it answered; its log ends:\n${tail}`,
        hint: `the whole log is in ${logFile}`,
      })
    }
  }
}

function unreachable(masterUrl: string, detail: string, hint: string): HubError {
  return userError('master_unreachable', `no Spark master answers at ${masterUrl}: ${detail}`, hint)
}

function otherVersion(release: SparkRelease): string {
  const others = Object.values(sparkReleases).filter(({ line }) => line !== release.line)
  return `a master accepts applications of its own version only: is it Spark ${release.version}, not ${others.map(({ version }) => version).join(', ')}?`
}

function lastLine(text: string): string {
  return text.split('\n').at(-1) ?? ''
}

function firstLine(text: string): string {
  return text.split('\n').find(line => /heap|memory/i.test(line)) ?? ''
}
