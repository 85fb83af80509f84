import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findJava } from '../setup/findJava.ts'
import { type SparkHomeOptions, sparkHome } from '../setup/sparkHome.ts'
import { archivePath } from './archivePath.ts'
import { startSparkServer } from './startSparkServer.ts'

/** Writing the archive takes ten seconds, on a busy machine a minute. */
const graceMilliseconds = 180_000

/**
 * Starts a server once and keeps the classes that it loaded, in the form that this Java maps into memory, beside Spark's jars. Later
 * servers start in half the time. Does nothing where that was done. Of two at once the last one stays; both are as good.
 * @throws HubError as `sparkHome` and `startSparkServer`
 */
export async function shareClasses(
  options: SparkHomeOptions & { readonly signal?: AbortSignal },
): Promise<void> {
  const { signal, ...which } = options
  const home = await sparkHome(which)
  const archive = archivePath(home, await findJava(which))
  if (existsSync(archive)) return
  const unfinished = join(home, `.unfinished-${randomUUID()}.jsa`)
  const folder = await mkdtemp(join(tmpdir(), 'imagehub-classes-'))
  try {
    const server = await startSparkServer({
      ...which,
      master: 'local[1]',
      logFile: join(folder, 'spark.log'),
      javaOptions: [`-XX:ArchiveClassesAtExit=${unfinished}`],
      graceMilliseconds,
      ...(signal && { signal }),
    })
    await server.stop()
    if (existsSync(unfinished)) await rename(unfinished, archive)
  } finally {
    await rm(unfinished, { force: true })
    await rm(folder, { recursive: true, force: true })
  }
}
