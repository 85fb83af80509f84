import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Hub } from '../../catalog/Hub.ts'
import { LocalEngine } from '../../engines/local/LocalEngine.ts'
import { importModel } from '../../models/importModel.ts'
import { hubModelStore } from '../../models/modelStores.ts'
import { featurize } from '../../operations/featurize.ts'
import { type TrainOptions, train } from '../../operations/heads/train.ts'
import { type IngestOptions, ingest } from '../../operations/ingest.ts'
import { openHubCatalog } from '../../operations/openHubCatalog.ts'
import { drawnPhotos, writeFiles, writePixelModel } from '../support/drawnPhotos.ts'
import { type Scope, temporaryFolder } from '../support/temporaryFolder.ts'

export interface SmallHub {
  readonly hub: Hub
  readonly photos: string
  ingest(options?: Partial<Pick<IngestOptions, 'source' | 'labels' | 'rules'>>): ReturnType<typeof ingest>
  featurize(): ReturnType<typeof featurize>
  train(options?: Partial<TrainOptions>): ReturnType<typeof train>
  /** Rows of a query over the newest snapshot. */
  rows(sql: string): Promise<Record<string, unknown>[]>
}

export const engine = new LocalEngine({ workers: 2 })
export const never = new AbortController().signal
export const pixelModel = 'pixels'

/** An empty hub with a folder of drawn photos beside it and a model that works in no time. */
export async function smallHub(test: Scope): Promise<SmallHub> {
  const folder = await temporaryFolder(test)
  const photos = join(folder, 'photos')
  await mkdir(photos)
  await writeFiles(photos, await drawnPhotos())
  const hub = await Hub.open(join(folder, 'hub'), { create: true })
  test.after(() => hub.close())
  const models = hubModelStore(hub.storage)
  const path = join(folder, 'pixels.onnx')
  await writePixelModel(path)
  await importModel({ id: pixelModel, store: models, from: { path } })
  return {
    hub,
    photos,
    ingest: options =>
      ingest({
        hub,
        source: { kind: 'folder', uri: photos },
        labels: { kind: 'folder' },
        engine,
        cacheFolder: join(folder, 'cache'),
        signal: never,
        ...options,
      }),
    featurize: async () =>
      await featurize({ hub, model: await models.get(pixelModel), engine, signal: never }),
    train: options =>
      train({
        hub,
        name: 'tints',
        modelId: pixelModel,
        regParams: [0.01],
        folds: 3,
        testFraction: 0.25,
        signal: never,
        ...options,
      }),
    rows: async sql => {
      await using catalog = await openHubCatalog(hub)
      return (await catalog.query(sql)).rows
    },
  }
}
