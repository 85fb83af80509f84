import { userError } from '../../../base/HubError.ts'

/** What differs between the headers of the supported versions of Spark. Everything else is the same in all of them. */
export interface HeaderFormat {
  /** Port and secret of the barrier server: for every task, or for barrier tasks only. */
  readonly barrierServer: 'always' | 'barrier tasks'
  /** Whether a profiler is named after the configuration, and a result id follows where there is one. */
  readonly profiler: boolean
}

const formats: Readonly<Record<string, HeaderFormat>> = {
  '3.5': { barrierServer: 'always', profiler: false },
  '4.0': { barrierServer: 'always', profiler: true },
  '4.1': { barrierServer: 'barrier tasks', profiler: true },
}

/** The lines of Spark whose workers this is. */
export const supportedLines = Object.keys(formats)

/**
 * The format that the driver names in the place of Python's version: `node/4.0.1`.
 * @throws HubError `unsupported_spark`: to guess would hang the task
 */
export function headerFormat(pythonVersion: string): HeaderFormat {
  const line = /^node\/(\d+\.\d+)\b/.exec(pythonVersion)?.[1]
  const format = line === undefined ? undefined : formats[line]
  if (format !== undefined) return format
  throw userError(
    'unsupported_spark',
    `the worker of imagehub is asked for by ${JSON.stringify(pythonVersion.slice(0, 100))}`,
    `it serves Spark ${supportedLines.join(', ')}; a driver names its Spark as node/<version>`,
  )
}
