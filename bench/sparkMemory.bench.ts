import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SparkEngine } from '../engines/spark/SparkEngine.ts'
import type { ModelManifest } from '../models/ModelManifest.ts'
import featurize from '../stages/featurize/featurize.ts'
import { drawnPhoto, pixelManifest, writePixelModel } from '../test/support/drawnPhotos.ts'
import { writeFeaturizeInput } from '../test/support/featurizeInput.ts'
import { conditions } from './conditions.ts'
import { runFeaturizeStage } from './featurizeRun.ts'
import { setFeaturizeScene } from './featurizeScene.ts'
import { peakResident, processTree } from './processTree.ts'

// Method: featurize on Spark local[2], each count of images with a Spark and workers of its own. Peak resident memory is what the kernel
// recorded of the Node process that runs the tasks (VmHWM). Small drawn photos (links to 16 of 96 px) and a model that costs nothing make
// 50,000 images a matter of a minute or two; links to the ~1024 px photos of open_images_jpeg and the real model follow with fewer.
const { values } = parseArgs({
  options: {
    line: { type: 'string', default: '4.0' },
    small: { type: 'string', default: '1000,50000' },
    real: { type: 'string', default: '200,1000' },
    child: { type: 'string' },
  },
})
/** Of the peak of the most images to that of the fewest. */
const most = 1.1

interface Run {
  readonly line: '3.5' | '4.0'
  readonly input: string
  readonly model: { readonly manifest: Pick<ModelManifest, 'input' | 'output'>; readonly path: string }
  readonly folder: string
}
interface Result {
  readonly images: number
  readonly seconds: number
  readonly peakMegabytes: number
}

if (values.child !== undefined) {
  console.log(JSON.stringify(await measure(JSON.parse(values.child) as Run)))
} else {
  console.log(`${conditions()}, Spark ${values.line} on local[2]`)
  const countsOf = (text: string) => text.split(',').filter(Boolean).map(Number)
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'imagehub-bench-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  await report('small photos', countsOf(values.small), folder, await smallScene(folder))
  const real = countsOf(values.real)
  if (real.length > 0) {
    const scene = stack.use(await setFeaturizeScene())
    await report('real photos and model', real, folder, scene)
  }
  console.log(`load now ${loadavg()[0]?.toFixed(1)}`)
}

async function report(
  what: string,
  counts: readonly number[],
  folder: string,
  scene: { readonly model: Run['model']; input(count: number): Promise<string> },
): Promise<void> {
  const peaks: number[] = []
  for (const count of counts) {
    const input = await scene.input(count)
    const run = { line: values.line, input, model: scene.model, folder }
    const { images, seconds, peakMegabytes } = await inChild(run)
    if (images !== count) throw new Error(`${images} rows for ${count} images`)
    console.log(`${what}, ${count} images: peak ${Math.round(peakMegabytes)} MB, ${Math.round(seconds)} s`)
    peaks.push(peakMegabytes)
  }
  const ratio = (peaks.at(-1) ?? Number.NaN) / (peaks[0] ?? Number.NaN)
  const reached = ratio <= most
  console.log(
    `${reached ? 'reached' : 'MISSED'}: ${what}, ${counts.at(-1)} to ${counts[0]} images: ${ratio.toFixed(2)} of the memory, at most ${most}`,
  )
  if (!reached) process.exitCode = 1
}

async function smallScene(folder: string) {
  const photos = join(folder, 'photos')
  await mkdir(photos)
  for (let number = 0; number < 16; number++)
    await writeFile(
      join(photos, `${number}.jpg`),
      await drawnPhoto(number % 2 === 0 ? 'red' : 'blue', number),
    )
  const path = join(folder, 'pixels.onnx')
  await writePixelModel(path)
  return {
    model: { manifest: pixelManifest, path },
    input: (count: number) => writeFeaturizeInput({ photos, count, folder }),
  }
}

async function inChild(run: object): Promise<Result> {
  const child = spawn(process.execPath, [import.meta.filename, '--child', JSON.stringify(run)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  for await (const chunk of child.stdout) output += chunk
  return JSON.parse(output) as Result
}

async function measure({ line, input, model, folder }: Run): Promise<Result> {
  await using engine = new SparkEngine({ line, master: 'local[2]', logFile: join(folder, 'spark.log') })
  const { rows_out, seconds } = await runFeaturizeStage({ stage: featurize, model, input, folder, engine })
  const workers = processTree(process.pid).filter(({ part }) => part === 'workers')
  const [worker] = workers
  if (worker === undefined || workers.length > 1) throw new Error(`${workers.length} worker processes`)
  return {
    images: rows_out,
    seconds,
    peakMegabytes: peakResident(worker.pid),
  }
}
