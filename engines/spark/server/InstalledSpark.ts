import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { userError } from '../../../base/HubError.ts'
import { parseProperties } from './parseProperties.ts'

/** A Spark that somebody else installed, for example Amazon EMR: its own scripts start it, with its own settings. */
export interface InstalledSpark {
  /** What Spark calls SPARK_HOME. */
  readonly home: string
  /** As its jars are named, for example `3.5.6-amzn-2`. */
  readonly version: string
  /** The first two numbers of it. */
  readonly line: string
  /** Whether its jars hold the Connect server: those of Spark 4 do. */
  readonly hasConnect: boolean
  /** Of conf/spark-defaults.conf. */
  readonly settings: Readonly<Record<string, string>>
}

/** @throws HubError `spark_missing` where the folder holds no Spark */
export async function installedSpark(home: string): Promise<InstalledSpark> {
  const jars = await readdir(join(home, 'jars')).catch(() => [])
  const version = jars.map(name => /^spark-core_[\d.]+-(.+)\.jar$/.exec(name)?.[1]).find(Boolean)
  if (version === undefined || !existsSync(submitScript(home)))
    throw userError(
      'spark_missing',
      `there is no Spark in ${home}: it has no ${version === undefined ? 'jars/spark-core_*.jar' : 'bin/spark-submit'}`,
      'name the folder that SPARK_HOME names; at EMR it is /usr/lib/spark, on releases that were asked for the application Spark',
    )
  const defaults = await readFile(join(home, 'conf/spark-defaults.conf'), 'utf8').catch(() => '')
  return {
    home,
    version,
    line: /^\d+\.\d+/.exec(version)?.[0] ?? version,
    hasConnect: jars.some(name => /^spark-connect_[\d.]+-.+\.jar$/.test(name)),
    settings: parseProperties(defaults),
  }
}

export function submitScript(home: string): string {
  return join(home, 'bin/spark-submit')
}
