import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SparkOptions } from '../../engines/spark/openSpark.ts'
import { SparkEngine } from '../../engines/spark/SparkEngine.ts'
import { quick } from './spark.ts'
import type { Scope } from './temporaryFolder.ts'

/** An engine on `local[2]` unless told otherwise; its Spark starts with its first run and ends with the test. */
export async function testSparkEngine(
  test: Scope,
  options: Partial<SparkOptions> & Required<Pick<SparkOptions, 'line'>>,
): Promise<SparkEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'imagehub-test-'))
  const engine = new SparkEngine({
    master: 'local[2]',
    logFile: join(folder, 'spark.log'),
    ...options,
    server: { javaOptions: quick, ...options.server },
    conf: {
      'spark.executor.memory': '600m',
      'spark.executor.extraJavaOptions': quick.join(' '),
      ...options.conf,
    },
  })
  test.after(async () => {
    await engine[Symbol.asyncDispose]()
    await rm(folder, { recursive: true, force: true })
  })
  return engine
}
