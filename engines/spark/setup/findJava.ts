import { join } from 'node:path'
import { userError } from '../../../base/HubError.ts'
import { runTool } from './runTool.ts'
import { type SparkLine, sparkReleases } from './sparkLines.ts'

export interface Java {
  /** Path of the program, or its name where PATH leads to it. */
  readonly program: string
  /** As it names itself, for example `17.0.15`. */
  readonly version: string
  readonly feature: number
}

/**
 * The Java that JAVA_HOME names, else the one on PATH, if this line of Spark runs on it.
 * @throws HubError `java_missing`, `java_too_old`, `java_too_new`
 */
export async function findJava(options: {
  readonly line: SparkLine
  readonly environment?: NodeJS.ProcessEnv
}): Promise<Java> {
  const { line, environment = process.env } = options
  const home = environment.JAVA_HOME
  const program = home ? join(home, 'bin', 'java') : 'java'
  const { version: spark, java } = sparkReleases[line]
  const allowed =
    java.oldest === java.newest ? `Java ${java.oldest}` : `Java ${java.oldest} to ${java.newest}`
  const hint = `Spark ${spark} needs ${allowed}: install it (for example the package openjdk-${java.oldest}-jre-headless) and have JAVA_HOME name it`
  const text = await runTool({ program, args: ['-version'], environment }).catch(thrown => {
    const where = home ? `JAVA_HOME is ${home}, where bin/java does not run` : 'there is no java on PATH'
    throw userError('java_missing', where, hint, thrown)
  })
  const version = javaVersion(text)
  if (version === undefined)
    throw userError('java_missing', `${program} -version does not tell a version`, hint)
  const feature = featureOf(version)
  if (feature < java.oldest) throw userError('java_too_old', `${program} is Java ${version}`, hint)
  if (feature > java.newest) throw userError('java_too_new', `${program} is Java ${version}`, hint)
  return { program, version, feature }
}

/** The version in what `java -version` prints. */
export function javaVersion(text: string): string | undefined {
  return /version "([^"]+)"/.exec(text)?.[1]
}

/** 8 for 1.8.0_392, 17 for 17.0.15, 25 for 25-ea. */
export function featureOf(version: string): number {
  const [first = '', second = ''] = version.split(/[.\-+_]/)
  return Number(first === '1' ? second : first)
}
