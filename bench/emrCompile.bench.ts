import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { emrBundle } from '../emr/bundle/emrBundle.ts'
import { defaultCacheFolder } from '../storage/defaultCacheFolder.ts'
import { program, runProcess } from '../test/support/commandLine.ts'
import { conditions } from './conditions.ts'
import { median } from './median.ts'

// Method: the command line as a process of its own, from its start to its end, for a job that comes along and for a file of a person's; the bundle was made
// before, and code was compiled by earlier starts, as on any machine where imagehub was used. The median of eleven starts each, in turn.
const starts = 11
const limits = { milliseconds: 300, bundleBytes: 120e6 }

console.log(conditions())
const folder = await mkdtemp(join(tmpdir(), 'imagehub-bench-'))
try {
  const own = join(folder, 'mine.ts')
  await writeFile(join(folder, 'package.json'), '{"type": "module"}')
  await writeFile(
    own,
    `import { cpuCluster, defineJob } from '${import.meta.dirname}/../job.ts'
import nightly from '${import.meta.dirname}/../jobs/ingest.ts'
const cluster = cpuCluster({ release: 'emr-spark-8.0.0', workers: { type: 'm6i.xlarge', count: 2 } })
export default defineJob({ ...nightly, schedule: 'rate(1 day)', name: 'mine', cluster })
`,
  )
  const jobs = { nightly: 'nightly', 'a file of a person': own }
  const compile = async (job: string) => {
    const began = performance.now()
    const args = ['emr', 'compile', job, '--param', 'hub=s3://bucket/hub', '--region', 'eu-central-1']
    const { code, stderr } = await runProcess(process.execPath, [program, ...args])
    if (code !== 0) throw new Error(stderr)
    return performance.now() - began
  }
  for (const job of Object.values(jobs)) await compile(job)
  const times: Record<string, number[]> = {}
  for (let start = 0; start < starts; start++)
    for (const [name, job] of Object.entries(jobs)) times[name] = [...(times[name] ?? []), await compile(job)]
  for (const [name, all] of Object.entries(times))
    console.log(
      `emr compile of ${name}: ${median(all).toFixed(0)} ms (${Math.min(...all).toFixed(0)} to ${Math.max(...all).toFixed(0)}), below ${limits.milliseconds} wanted`,
    )
  const { path } = await emrBundle({ cacheFolder: defaultCacheFolder() })
  console.log(`bundle: ${(await stat(path)).size} bytes, below ${limits.bundleBytes} wanted`)
} finally {
  await rm(folder, { recursive: true, force: true })
}
