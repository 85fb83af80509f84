import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertModel } from '../models/importers/convertModel.ts'
import featurize from '../stages/featurize/featurize.ts'
import { assetsFolder } from '../test/support/shared.ts'
import { writeFeaturizeInput } from './featurizeInput.ts'
import { runFeaturizeStage } from './featurizeRun.ts'

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
    workers: 2,
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
  const folder = await mkdtemp(join(tmpdir(), 'imagehub-bench-'))
  try {
    const path = join(folder, 'model.onnx')
    const manifest = await convertModel({
      from: { path: join(assetsFolder, 'models/inception_2015_mixed8_1280.onnx') },
      to: path,
    })
    console.log(
      `node ${process.version}, ${cpus()[0]?.model} x ${cpus().length}, load ${loadavg()[0]?.toFixed(1)}, 2 workers`,
    )
    const results: { images: number; seconds: number; peakMegabytes: number }[] = []
    for (const count of counts) {
      const input = await writeFeaturizeInput({
        photos: join(assetsFolder, 'data/open_images_jpeg/images'),
        count,
        folder,
      })
      const result = JSON.parse(await runChild([input, path, folder, JSON.stringify(manifest)]))
      console.log(`${result.images} images: peak ${result.peakMegabytes} MB, ${result.seconds} s`)
      results.push(result)
    }
    const reached = results.every(({ peakMegabytes }) => peakMegabytes < limitMegabytes)
    console.log(
      `${reached ? 'reached' : 'MISSED'}: below ${limitMegabytes} MB; load now ${loadavg()[0]?.toFixed(1)}`,
    )
    if (!reached) process.exitCode = 1
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function runChild(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [import.meta.filename, '--child', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  for await (const chunk of child.stdout) output += chunk
  return output
}
