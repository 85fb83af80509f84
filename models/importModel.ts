import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertApart } from './importers/convertApart.ts'
import type { ConversionRequest } from './importers/convertModel.ts'
import type { ModelDescription } from './importers/onnxFile.ts'
import { defaultResize, type ModelFacts, type ModelManifest } from './ModelManifest.ts'
import { checkModelId, type ModelStore } from './ModelStore.ts'

export interface ImportModelOptions {
  /** The id to give it. */
  readonly id: string
  readonly store: ModelStore
  /** A Keras h5 file of InceptionV3 in the legacy layout, an ONNX file, or the npm package nsfwjs. */
  readonly from: ConversionRequest['from']
  /** What an ONNX file leaves open; beats the JSON file beside it. @default none */
  readonly description?: ModelDescription
  /** Weights and arithmetic in half precision: half the bytes, and faster on GPUs. @default false */
  readonly half?: boolean
  /** Beats what file and description say. @default none */
  readonly facts?: Partial<ModelFacts>
  /** Put it in the place of another model with this id. @default false */
  readonly replace?: boolean
  /** A file system with room for the converted model. @default the system's temporary folder */
  readonly temporaryFolder?: string
  readonly signal?: AbortSignal
}

/**
 * Converts a model to ONNX, tries it out and adds it to a store.
 * @throws HubError with the codes of `convertModel`, `convertApart` and `ModelStore.add`
 */
export async function importModel(options: ImportModelOptions): Promise<ModelManifest> {
  const { id, store, from, description, half = false, facts, replace = false, signal } = options
  checkModelId(id)
  const folder = await mkdtemp(join(options.temporaryFolder ?? tmpdir(), 'imagehub-model-'))
  try {
    const path = join(folder, 'model.onnx')
    const converted = await convertApart({
      from,
      to: path,
      half,
      ...(description && { description }),
      ...(signal && { signal }),
    })
    return await store.add({ model: { id, resize: defaultResize, ...converted, ...facts }, path, replace })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
