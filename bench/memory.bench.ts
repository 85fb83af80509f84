import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { loadavg } from 'node:os'
import { LocalEngine } from '../engines/local/LocalEngine.ts'
import featurize from '../stages/featurize/featurize.ts'
import { conditions } from './conditions.ts'
import { runFeaturizeStage } from './featurizeRun.ts'
import { setFeaturizeScene } from './featurizeScene.ts'

// Method: featurize with two workers over links to the ~1024 px photos of open_images_jpeg, each count in a process of its own, whose
// peak resident memory is what the kernel recorded (VmHWM). Usage: memory.bench.ts [count ...], by default 400 and 20,000, which takes
// some 20 minutes on two cores.
const limitMegabytes = 1500
const [mode, ...rest] = process.argv.slice(2)

if (mode === '--child') {
  const [input = '', path = '', folder = '', manifest = ''] = rest
  const record = await runFeaturizeStage({
    stage: featurize,
    model: { manifest: JSON.parse(manifest), path },
    input,
    folder,
    engine: new LocalEngine({ workers: 2 }),
  })
  const status = await readFile('/proc/self/status', 'utf8')
  const peak = Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1]) / 1024
  console.log(
    JSON.stringify({
      images: record.rows_out,
      seconds: Math.round(record.seconds),
      peakMegabytes: Math.round(peak),
    }),
  )
} else {
  const counts = mode === undefined ? [400, 20_000] : [mode, ...rest].map(Number)
  await using scene = await setFeaturizeScene()
  const { folder, model } = scene
  console.log(`${conditions()}, 2 workers`)
  const results: { images: number; seconds: number; peakMegabytes: number }[] = []
  for (const count of counts) {
    const input = await scene.input(count)
    const result = JSON.parse(await runChild([input, model.path, folder, JSON.stringify(model.manifest)]))
    console.log(`${result.images} images: peak ${result.peakMegabytes} MB, ${result.seconds} s`)
    results.push(result)
  }
  const reached = results.every(({ peakMegabytes }) => peakMegabytes < limitMegabytes)
  console.log(
    `${reached ? 'reached' : 'MISSED'}: below ${limitMegabytes} MB; load now ${loadavg()[0]?.toFixed(1)}`,
  )
  if (!reached) process.exitCode = 1
}

async function runChild(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [import.meta.filename, '--child', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  for await (const chunk of child.stdout) output += chunk
  return output
}
