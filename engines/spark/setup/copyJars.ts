import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { createInterface } from 'node:readline'
import { HubError } from '../../../base/HubError.ts'

export interface CopyJarsOptions {
  readonly pom: string
  /** Of Spark, for messages. */
  readonly version: string
  /** Where the jars go; Maven makes it. */
  readonly folder: string
  readonly signal?: AbortSignal
  readonly onProgress: (text: string) => void
}

/** Jars between two lines of progress. */
const progressStep = 50

/**
 * Has Maven resolve a pom.xml and copy all its jars into a folder; what it downloads stays in the person's Maven repository.
 * @throws HubError `spark_not_fetched` with what Maven said; the signal's reason
 */
export async function copyJars(options: CopyJarsOptions): Promise<void> {
  const { pom, version, folder, signal, onProgress } = options
  signal?.throwIfAborted()
  const args = ['--batch-mode', '--strict-checksums', '--file', pom]
  const goal = ['dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${folder}`]
  const child = spawn('mvn', [...args, ...goal], { cwd: tmpdir(), stdio: ['ignore', 'pipe', 'pipe'] })
  const stop = () => child.kill('SIGTERM')
  signal?.addEventListener('abort', stop)
  const complaints: string[] = []
  let fetched = 0
  createInterface({ input: child.stdout }).on('line', line => {
    if (/^\S*\[\S*ERROR/.test(line)) complaints.push(line)
    if (!/Downloaded .*\.jar /.test(line)) return
    fetched += 1
    if (fetched % progressStep === 0) onProgress(`Spark ${version}: ${fetched} jars fetched`)
  })
  createInterface({ input: child.stderr }).on('line', line => complaints.push(line))
  try {
    const [code, killedBy] = await once(child, 'close')
    signal?.throwIfAborted()
    if (code === 0) return
    throw new HubError({
      code: 'spark_not_fetched',
      message: [`Maven ended with ${killedBy ?? `code ${code}`}`, ...complaints.slice(0, 5)].join('\n'),
      hint: 'Maven must reach a repository that has these jars: see its settings.xml for a mirror or proxy, then run it again',
    })
  } finally {
    signal?.removeEventListener('abort', stop)
  }
}
