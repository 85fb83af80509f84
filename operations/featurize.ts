import { mkdir } from 'node:fs/promises'
import type { Hub } from '../catalog/Hub.ts'
import type { RunRecord } from '../catalog/RunRecord.ts'
import { withRun } from '../catalog/withRun.ts'
import type { Engine, Progress } from '../engines/Engine.ts'
import type { StoredModel } from '../models/ModelStore.ts'
import { featurizePipeline } from '../pipelines/featurize.ts'
import featurizeStage from '../stages/featurize/featurize.ts'
import type { StorageOptions } from '../storage/openStorage.ts'
import type { OriginReaderOptions } from '../storage/originReader.ts'
import { openHubCatalog } from './openHubCatalog.ts'
import { originAccess } from './photoAccess.ts'

export interface FeaturizeOptions {
  readonly hub: Hub
  readonly model: StoredModel
  readonly engine: Engine
  /** What infers: on `cuda` the GPU that the engine gives a worker, else the first one of its machine. @default 'cpu' */
  readonly device?: 'cpu' | 'cuda'
  /** How the origins are reached. @default as the run that ingested them last did */
  readonly storage?: StorageOptions
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

/** Embeds every accepted image that the model has not seen. Calling it again with nothing new reads no image. */
export async function featurize(options: FeaturizeOptions): Promise<RunRecord> {
  const { hub, model, engine, device = 'cpu', storage = {}, signal } = options
  const { manifest, path } = model
  return await withRun(
    {
      hub,
      command: 'featurize',
      work: `featurize-${manifest.id}`,
      engine: engine.name,
      parameters: { model: manifest.id, ...(device === 'cpu' ? {} : { device }) },
    },
    async ({ id, workFolder }) => {
      await mkdir(workFolder, { recursive: true })
      const { outputs, stages } = await engine.run({
        pipeline: featurizePipeline({
          runId: id,
          model: manifest,
          featurize: featurizeStage.params.parse({
            modelPath: path,
            model: manifest,
            device,
            // Batches for a GPU are large: two hold as many images as it takes.
            ...(device === 'cpu' ? {} : { batchesAhead: 2 }),
            storage: await accessOf(hub, storage),
          }),
        }),
        inputs: hub.tableFiles(await hub.latestSnapshot(), ['images', 'embeddings', 'failures']),
        storage: hub.storage,
        workFolder,
        signal,
        ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      })
      return { stages, changes: outputs, model: { id: manifest.id, sha256: manifest.sha256 } }
    },
  )
}

async function accessOf(hub: Hub, override: StorageOptions): Promise<OriginReaderOptions> {
  await using catalog = await openHubCatalog(hub, { tables: ['images'] })
  return await originAccess(catalog, override)
}
