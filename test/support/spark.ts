import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { HubError, toError } from '../../base/HubError.ts'
import { checkNamespace } from '../../engines/spark/server/namespaceCommand.ts'
import type { SparkServer } from '../../engines/spark/server/SparkServer.ts'
import { shareClasses } from '../../engines/spark/server/shareClasses.ts'
import {
  type StartSparkServerOptions,
  startSparkServer,
} from '../../engines/spark/server/startSparkServer.ts'
import { setUpSpark } from '../../engines/spark/setup/setUpSpark.ts'
import { type SparkLine, sparkLines, sparkReleases } from '../../engines/spark/setup/sparkLines.ts'
import type { Scope } from './temporaryFolder.ts'

/** `skip` is what node:test wants: false, or why there is no Spark. */
export interface SparkForTests {
  readonly skip: string | false
}

/**
 * Brings Spark for a test file that calls this at its top level, once per machine, into IMAGEHUB_CACHE:
 *
 *     const spark = await sparkForTests()
 *     test('…', { skip: spark.skip }, async t => {
 *       const server = await startTestSpark(t, { line: '4.0' })
 *
 * Without Java or Maven the tests are skipped, saying so; with CI=true that is an error. Tests of 3.5 need network namespaces too.
 */
export async function sparkForTests(lines: readonly SparkLine[] = sparkLines): Promise<SparkForTests> {
  try {
    for (const line of lines) {
      await setUpSpark({ line, onProgress: text => console.error(text) })
      if (!sparkReleases[line].protectsItself) await checkNamespace('namespace', sparkReleases[line])
      await shareClasses({ line })
    }
    return { skip: false }
  } catch (thrown) {
    const skip = `no Spark: ${toError(thrown).message}`
    const absent = thrown instanceof HubError && thrown.fault === 'user'
    if (!absent || process.env.CI === 'true') throw new Error(skip, { cause: thrown })
    console.error(`skipping tests with Spark: ${toError(thrown).message}`)
    return { skip }
  }
}

/** A server's log, for messages of assertions. */
export interface TestSpark extends SparkServer {
  log(): Promise<string>
}

/** What makes a JVM start fast and stay small; what it then runs is slower. */
export const quick = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC']

/** Starts a Connect server that ends with the test, on `local[2]` unless told otherwise. */
export async function startTestSpark(
  test: Scope,
  options: Partial<StartSparkServerOptions> & { readonly line: SparkLine },
): Promise<TestSpark> {
  const folder = await mkdtemp(join(tmpdir(), 'imagehub-test-'))
  const logFile = join(folder, 'spark.log')
  let server: SparkServer | undefined
  test.after(async () => {
    await server?.stop()
    await rm(folder, { recursive: true, force: true })
  })
  server = await startSparkServer({
    master: 'local[2]',
    logFile,
    ...options,
    javaOptions: [...quick, ...(options.javaOptions ?? [])],
    conf: {
      'spark.sql.shuffle.partitions': '4',
      'spark.executor.memory': '600m',
      'spark.executor.extraJavaOptions': quick.join(' '),
      ...options.conf,
    },
  })
  return { ...server, log: () => readFile(options.logFile ?? logFile, 'utf8') }
}
