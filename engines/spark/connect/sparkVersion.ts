import { userError } from '../../../base/HubError.ts'

const oldest = [3, 5] as const
const newest = [4, 1] as const

/** A supported Spark: its text is what the server calls itself, for example `3.5.7` or `4.0.2-amzn-0`. */
export interface SparkVersion {
  readonly text: string
  readonly major: number
  readonly minor: number
}

/**
 * Reads the version that a server gives.
 * @throws HubError `spark_version` when this client does not speak with it
 */
export function supportedVersion(text: string): SparkVersion {
  const match = /^(\d+)\.(\d+)(\D|$)/.exec(text)
  const hint = `imagehub works with Spark ${oldest.join('.')} to ${newest.join('.')}: start such a server, or give another address`
  if (match === null)
    throw userError('spark_version', `the server says its version is ${JSON.stringify(text)}`, hint)
  const major = Number(match[1])
  const minor = Number(match[2])
  if (order(major, minor) < order(...oldest)) {
    throw userError('spark_version', `the server runs Spark ${text}, which is too old`, hint)
  }
  if (order(major, minor) > order(...newest)) {
    throw userError('spark_version', `the server runs Spark ${text}, which is too new`, hint)
  }
  return { text, major, minor }
}

const order = (major: number, minor: number) => major * 1000 + minor
