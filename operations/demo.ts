import { existsSync } from 'node:fs'
import { mkdir, readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { userError } from '../base/HubError.ts'
import { Hub } from '../catalog/Hub.ts'
import type { Engine, Progress } from '../engines/Engine.ts'
import { importModel } from '../models/importModel.ts'
import type { ModelStore } from '../models/ModelStore.ts'
import { hubModelStore } from '../models/modelStores.ts'
import { pullModel } from '../models/pull.ts'
import { drawSamples } from '../samples/drawSamples.ts'
import { openImagesS3Options } from '../sources/openImages/locations.ts'
import type { StorageOptions } from '../storage/openStorage.ts'
import { featurize } from './featurize.ts'
import { predict } from './heads/predict.ts'
import { train } from './heads/train.ts'
import type { IngestSource, LabelSource } from './IngestSource.ts'
import { ingest } from './ingest.ts'

export interface DemoOptions {
  /** Folder for the hub and whatever the demo makes. */
  readonly out: string
  /** A folder of photos whose folders name their classes. */
  readonly from?: string
  /** Photos and labels of the Open Images validation set, and the official weights: needs the network. */
  readonly openImages?: { readonly classes: readonly string[]; readonly limit: number }
  /** A folder that may hold data/flower_photos and models/. */
  readonly assets: string
  readonly engine: Engine
  /** Where pulled models are kept between demos. */
  readonly userModels: ModelStore
  readonly cacheFolder: string
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
  readonly onNote: (line: string) => void
}

export interface DemoResult {
  readonly hub: Hub
  readonly hubPath: string
  readonly head: string
  /** One line: which photos and which model were taken. */
  readonly took: string
  /** How the photos are reached. */
  readonly storage: StorageOptions
}

interface DemoPlan {
  readonly source: IngestSource
  readonly labels: LabelSource | null
  readonly model: {
    readonly id: string
    readonly get: (store: ModelStore) => Promise<unknown>
    readonly warning?: string
  }
  readonly took: string
}

const headName = 'demo'
/** Features of the assets folder, the best first. */
const assetModels = [
  { id: 'inception-2015', file: 'inception_2015_mixed8_1280.onnx', what: 'InceptionV3 of 2015 (1280-d)' },
  {
    id: 'inception-v3-imagenet',
    file: 'inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5',
    what: 'InceptionV3 (2048-d)',
  },
] as const

/** The main job on one machine: photos in; verdicts, embeddings, a trained head and predictions out. */
export async function demo(options: DemoOptions): Promise<DemoResult> {
  const { out, engine, signal, onProgress, onNote } = options
  await mkdir(out, { recursive: true })
  const plan = await planDemo(options)
  onNote(plan.took)
  if (plan.model.warning !== undefined) onNote(plan.model.warning)
  const hubPath = join(out, 'hub')
  const hub = await Hub.open(hubPath, { create: true })
  try {
    const models = hubModelStore(hub.storage)
    const storage = plan.source.kind === 'open_images' ? openImagesS3Options() : {}
    if ((await models.find(plan.model.id)) === null) await plan.model.get(models)
    await ingest({
      hub,
      source: plan.source,
      labels: plan.labels,
      engine,
      cacheFolder: options.cacheFolder,
      signal,
      onProgress,
      onNote,
    })
    await featurize({ hub, model: await models.get(plan.model.id), engine, storage, signal, onProgress })
    onNote('training a logistic-regression head ...')
    await train({
      hub,
      name: headName,
      modelId: plan.model.id,
      classes: options.openImages?.classes ?? null,
      engine,
      signal,
    })
    await predict({ hub, head: headName, engine, signal, onProgress })
    return { hub, hubPath, head: headName, took: plan.took, storage }
  } catch (thrown) {
    await hub.close()
    throw thrown
  }
}

async function planDemo(options: DemoOptions): Promise<DemoPlan> {
  const { openImages, from } = options
  if (openImages !== undefined) {
    const id = 'inception-v3-imagenet'
    return {
      source: { kind: 'open_images', ...openImages },
      labels: null,
      model: { id, get: store => pulledModel(options, id, store) },
      took: `photos: Open Images validation set, ${openImages.classes.join(', ')}, up to ${openImages.limit} of each; features: ${id}`,
    }
  }
  if (from !== undefined) {
    const model = await bestModel(options)
    return {
      source: { kind: 'folder', uri: from },
      labels: { kind: 'folder' },
      model,
      took: `photos: ${from}, each folder a class; features: ${model.what}`,
    }
  }
  const photos = join(options.assets, 'data/flower_photos/images')
  if (existsSync(photos)) {
    const model = await bestModel(options)
    return {
      source: { kind: 'folder', uri: photos },
      labels: { kind: 'folder' },
      model,
      took: `photos: ${photos} (400 flowers of 5 classes); features: ${model.what}`,
    }
  }
  const model = await bestModel(options)
  const drawn = join(options.out, 'pictures')
  await drawSamples({
    folder: drawn,
    signal: options.signal,
    onProgress: ({ done, total }) =>
      options.onProgress({ stage: 'drawing', rowsDone: done, rowsTotal: total, rowsResumed: 0 }),
  })
  return {
    source: { kind: 'folder', uri: drawn },
    labels: { kind: 'folder' },
    model,
    took: `photos: none at hand, so pictures drawn by imagehub in ${drawn}; features: ${model.what}`,
  }
}

/** The best model that can be had without the network. */
async function bestModel(options: DemoOptions): Promise<DemoPlan['model'] & { readonly what: string }> {
  for (const { id, file, what } of assetModels) {
    const path = join(options.assets, 'models', file)
    if (existsSync(path))
      return { id, what, get: store => importModel({ id, store, from: { path }, signal: options.signal }) }
  }
  const official = 'inception-v3-imagenet'
  if ((await options.userModels.find(official)) !== null)
    return { id: official, what: official, get: store => pulledModel(options, official, store) }
  const id = 'inception-v3-nsfwjs'
  return {
    id,
    what: id,
    warning: `warning: ${id} was tuned for content moderation, its features are weaker than ImageNet's; with a network, imagehub models pull ${official} gets better ones`,
    get: store => pullModel({ id, store, signal: options.signal }),
  }
}

/** Pulls into the person's store, so that the next demo finds it there, and copies it into the hub. */
async function pulledModel(options: DemoOptions, id: string, store: ModelStore): Promise<void> {
  const { userModels, signal, onProgress } = options
  const model = await pullModel({
    id,
    store: userModels,
    signal,
    onProgress: ({ bytes, totalBytes }) =>
      onProgress({ stage: 'download', rowsDone: bytes, rowsTotal: totalBytes ?? bytes, rowsResumed: 0 }),
  })
  const { path } = await userModels.get(id)
  await store.add({ model, path })
}

/**
 * Makes sure that a demo does not write into somebody's folder.
 * @throws HubError `not_empty` for a folder that holds something else
 */
export async function checkDemoFolder(out: string): Promise<void> {
  const names = await readdir(out).catch(() => [])
  const own = new Set(['hub', 'pictures', 'report.html', 'summary.json'])
  const foreign = names.filter(name => !own.has(name))
  if (foreign.length > 0)
    throw userError(
      'not_empty',
      `${resolve(out)} holds ${foreign.slice(0, 3).join(', ')}`,
      'give the demo a folder of its own: --out DIR',
    )
}
