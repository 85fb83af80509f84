import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { convertModel } from '../models/importers/convertModel.ts'
import type { ModelManifest } from '../models/ModelManifest.ts'
import { writeFeaturizeInput } from '../test/support/featurizeInput.ts'
import { assetsFolder } from '../test/support/shared.ts'

export interface FeaturizeScene extends AsyncDisposable {
  /** Goes with the scene. */
  readonly folder: string
  readonly model: { readonly manifest: Pick<ModelManifest, 'input' | 'output'>; readonly path: string }
  /** Writes an input of so many rows over the ~1024 px photos of open_images_jpeg. @returns its Parquet file */
  input(count: number): Promise<string>
}

/** What featurize is measured with: a folder, a model in it, photos. */
export async function setFeaturizeScene(): Promise<FeaturizeScene> {
  const folder = await mkdtemp(join(tmpdir(), 'imagehub-bench-'))
  const remove = () => rm(folder, { recursive: true, force: true })
  try {
    const path = join(folder, 'model.onnx')
    const from = { path: join(assetsFolder, 'models/inception_2015_mixed8_1280.onnx') }
    const manifest = await convertModel({ from, to: path })
    const photos = join(assetsFolder, 'data/open_images_jpeg/images')
    return {
      folder,
      model: { manifest, path },
      input: count => writeFeaturizeInput({ photos, count, folder }),
      [Symbol.asyncDispose]: remove,
    }
  } catch (error) {
    await remove()
    throw error
  }
}
