import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddingSession } from '../models/EmbeddingSession.ts'
import { convertModel } from '../models/importers/convertModel.ts'
import { compareEmbeddings, readParity } from '../test/support/parity.ts'
import { assetsFolder } from '../test/support/shared.ts'
import { conditions } from './conditions.ts'

// Method: imports the Keras weights of the assets folder, embeds the 32 images of the parity set in batches of 8 on one thread, and
// compares each embedding with the one Keras computed for the same pixels. Agreement does not depend on the machine's state, the rate
// does: it is for orientation.
const images = 32
const batch = 8
const limits = { maxDifference: 1e-3, minCosine: 0.99999 }

const folder = await mkdtemp(join(tmpdir(), 'imagehub-bench-'))
try {
  const path = join(folder, 'model.onnx')
  const from = { path: join(assetsFolder, 'models/inception_v3_keras_legacy_notop.h5') }
  const started = performance.now()
  const manifest = await convertModel({ from, to: path })
  const imported = performance.now()
  await using session = await openEmbeddingSession({ path, manifest })
  const opened = performance.now()
  const { dimensions, inputHeight, inputWidth } = session
  const { pixels, embeddings } = await readParity(join(assetsFolder, 'reference/inception_v3_parity'), images)
  const perImage = inputHeight * inputWidth * 3

  console.log(conditions())
  console.log(`import ${seconds(imported - started)}, open ${seconds(opened - imported)}`)
  const rows: { images: string; maxDifference: number; minCosine: number }[] = []
  let busy = 0
  for (let start = 0; start < images; start += batch) {
    const before = process.cpuUsage()
    const found = await session.run(pixels.subarray(start * perImage), batch)
    const { user, system } = process.cpuUsage(before)
    busy += (user + system) / 1e6
    for (let index = 0; index < batch; index++) {
      const one = found.subarray(index * dimensions, (index + 1) * dimensions)
      const expected = embeddings.subarray((start + index) * dimensions, (start + index + 1) * dimensions)
      rows.push({ images: String(start + index), ...compareEmbeddings(one, expected, dimensions) })
    }
  }
  const all = {
    images: 'all',
    maxDifference: Math.max(...rows.map(row => row.maxDifference)),
    minCosine: Math.min(...rows.map(row => row.minCosine)),
  }
  console.table([...rows, all])
  console.log(`${(images / busy).toFixed(1)} images per CPU-second`)
  const reached = all.maxDifference <= limits.maxDifference && all.minCosine >= limits.minCosine
  console.log(
    `${reached ? 'reached' : 'MISSED'}: max difference <= ${limits.maxDifference}, cosine >= ${limits.minCosine}`,
  )
  if (!reached) process.exitCode = 1
} finally {
  await rm(folder, { recursive: true, force: true })
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(2)} s`
}
