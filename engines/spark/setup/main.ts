import { HubError, toError } from '../../../base/HubError.ts'
import { shareClasses } from '../server/shareClasses.ts'
import { pinJars } from './pinJars.ts'
import { setUpSpark } from './setUpSpark.ts'
import { type SparkLine, sparkLines, sparkReleases } from './sparkLines.ts'

// npm run spark:setup [-- 3.5 | 4.0 ...]: brings Spark into the cache folder. With --pin: writes jars.sha256 anew instead.
const args = process.argv.slice(2)
const lines = sparkLines.filter(line => args.includes(line))
const unknown = args.filter(arg => arg !== '--pin' && !sparkLines.some(line => line === arg))
const onProgress = (text: string) => console.error(text)
const abort = new AbortController()
for (const name of ['SIGINT', 'SIGTERM'] as const)
  process.once(name, () => abort.abort(new HubError({ code: 'interrupted', message: `stopped by ${name}` })))

try {
  if (unknown.length > 0) {
    console.error(`"${unknown.join(' ')}" is no line of Spark; there are ${sparkLines.join(', ')}`)
    process.exitCode = 2
  } else
    for (const line of lines.length > 0 ? lines : sparkLines) {
      if (args.includes('--pin')) await pinJars(line, onProgress)
      else await setUp(line)
    }
} catch (thrown) {
  const error = toError(thrown)
  console.error(`error: ${error.message}`)
  if (error instanceof HubError && error.hint !== undefined) console.error(`hint: ${error.hint}`)
  process.exitCode = error instanceof HubError && error.fault === 'user' ? 2 : 1
}

async function setUp(line: SparkLine): Promise<void> {
  const { signal } = abort
  const home = await setUpSpark({ line, signal, onProgress })
  onProgress(
    `Spark ${sparkReleases[line].version}: is in ${home}; starts it once, so that it starts faster later`,
  )
  await shareClasses({ line, signal }).catch(thrown => {
    signal.throwIfAborted()
    // It runs without, only slower to start.
    onProgress(`Spark ${sparkReleases[line].version}: did not start: ${toError(thrown).message}`)
  })
}
