import { join } from 'node:path'
import { Hub } from '../../catalog/Hub.ts'
import type { Engine } from '../../engines/Engine.ts'
import { LocalEngine } from '../../engines/local/LocalEngine.ts'
import { importModel } from '../../models/importModel.ts'
import { hubModelStore } from '../../models/modelStores.ts'
import { featurize } from '../../operations/featurize.ts'
import { predict } from '../../operations/heads/predict.ts'
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
  predict(): ReturnType<typeof predict>
  /** Rows of a query over the newest snapshot. */
  rows(sql: string): Promise<Record<string, unknown>[]>
}

export const localEngine: Engine = new LocalEngine({ workers: 2 })
export const never = new AbortController().signal
export const pixelModel = 'pixels'

export interface SmallHubOptions {
  /** @default a local one */
  readonly engine?: Engine
  /** Photos of another hub. @default drawn beside this one */
  readonly photos?: string
}

/** An empty hub with a folder of drawn photos beside it and a model that works in no time. */
export async function smallHub(test: Scope, options: SmallHubOptions = {}): Promise<SmallHub> {
  const folder = await temporaryFolder(test)
  const { engine = localEngine, photos = join(folder, 'photos') } = options
  if (options.photos === undefined) await writeFiles(photos, await drawnPhotos())
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
        engine,
        signal: never,
        ...options,
      }),
    predict: () => predict({ hub, head: 'tints', engine, signal: never }),
    rows: async sql => {
      await using catalog = await openHubCatalog(hub)
      return (await catalog.query(sql)).rows
    },
  }
}
