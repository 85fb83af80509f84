import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Hub } from '../catalog/Hub.ts'
import { LocalEngine } from '../engines/local/LocalEngine.ts'
import { importModel } from '../models/importModel.ts'
import { hubModelStore } from '../models/modelStores.ts'
import { featurize } from '../operations/featurize.ts'
import { train } from '../operations/heads/train.ts'
import { ingest } from '../operations/ingest.ts'
import { assetsFolder } from '../test/support/shared.ts'
import { conditions } from './conditions.ts'

// Method: the whole way (ingest, featurize with inception_2015_mixed8_1280, train) on two sets of real photos; 80/20 split, regParam 0.05,
// five seeds. The figure is the mean test accuracy. Splits and solver are deterministic: the machine's state does not matter.
const sets = [
  { name: 'flower_photos', photos: 'data/flower_photos/images', least: 0.9 },
  { name: 'grocery_store', photos: 'data/grocery_store/images', least: 0.97 },
] as const
const seeds = [1, 2, 3, 4, 5]

console.log(conditions())
const folder = await mkdtemp(join(tmpdir(), 'imagehub-bench-'))
const signal = new AbortController().signal
const engine = new LocalEngine()
try {
  for (const { name, photos, least } of sets) {
    const hub = await Hub.open(join(folder, name), { create: true })
    const store = hubModelStore(hub.storage)
    const path = join(assetsFolder, 'models/inception_2015_mixed8_1280.onnx')
    await importModel({ id: 'inception-2015', store, from: { path } })
    await ingest({
      hub,
      source: { kind: 'folder', uri: join(assetsFolder, photos) },
      labels: { kind: 'folder' },
      engine,
      cacheFolder: folder,
      signal,
    })
    await featurize({ hub, model: await store.get('inception-2015'), engine, signal })
    const accuracies: number[] = []
    for (const seed of seeds) {
      const { head } = await train({
        hub,
        name,
        modelId: 'inception-2015',
        testFraction: 0.2,
        regParams: [0.05],
        seed,
        engine,
        signal,
      })
      accuracies.push(head.metrics.accuracy.value ?? 0)
    }
    await hub.close()
    const mean = accuracies.reduce((sum, value) => sum + value, 0) / seeds.length
    const reached = mean >= least
    console.log(
      `${reached ? 'reached' : 'MISSED'}: ${name}, mean accuracy of seeds ${seeds.join(', ')} ${mean.toFixed(4)} (${accuracies.map(value => value.toFixed(4)).join(' ')}), at least ${least}`,
    )
    if (!reached) process.exitCode = 1
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
