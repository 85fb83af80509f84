import { readdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { userError } from '../../base/HubError.ts'
import { type KeptArchive, type KeptArchiveOptions, keptArchive } from './keptArchive.ts'

/** What onnxruntime needs for NVIDIA GPUs, and npm does not bring. */
export interface CudaFiles {
  /** Of onnxruntime itself: they have to lie beside its binding, in the bundle. */
  readonly providers: readonly string[]
  /** Of CUDA and cuDNN. */
  readonly libraries: readonly string[]
}

/** onnxruntime loads the first one, which loads the second one: https://onnxruntime.ai/docs/execution-providers/CUDA-ExecutionProvider.html */
const providerNames = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'] as const

/** What the second one is linked with, of CUDA 12 and cuDNN 9: `readelf -d` of onnxruntime-gpu 1.26.0. */
const libraryNames = [
  'libcublasLt.so.12',
  'libcublas.so.12',
  'libcurand.so.10',
  'libcufft.so.11',
  'libcudart.so.12',
  'libcudnn.so.9',
] as const

/**
 * Finds them wherever below a folder they are: Python wheels, unpacked, will do.
 * @throws HubError `cuda_missing` that names what is not there
 */
export async function cudaFiles(folder: string): Promise<CudaFiles> {
  const found = await readdir(folder, { recursive: true }).catch(thrown => {
    throw userError(
      'cuda_missing',
      `${folder} cannot be read`,
      'name the folder that holds the libraries',
      thrown,
    )
  })
  const libraries = new Map<string, string>()
  for (const path of found.sort())
    if (/\.so(\.\d+)*$/.test(path) && !libraries.has(basename(path))) libraries.set(basename(path), path)
  const missing = [...providerNames, ...libraryNames].filter(name => !libraries.has(name))
  if (missing.length > 0)
    throw userError(
      'cuda_missing',
      `${folder} has no ${missing.join(', ')}`,
      'docs/gpu.md says how to get them: CUDA 12, cuDNN 9, and the onnxruntime-gpu of the version of onnxruntime-node',
    )
  const at = (name: string) => join(folder, libraries.get(name) ?? name)
  const isLibrary = (name: string) => !/^libonnxruntime|^onnxruntime_pybind/.test(name)
  return { providers: providerNames.map(at), libraries: [...libraries.keys()].filter(isLibrary).map(at) }
}

/** The libraries as one archive, all in its `lib/`: for the bootstrap action of machines with GPUs. */
export async function cudaArchive(
  { libraries }: CudaFiles,
  { cacheFolder, onNote }: Pick<KeptArchiveOptions, 'cacheFolder' | 'onNote'>,
): Promise<KeptArchive> {
  return await keptArchive({
    cacheFolder,
    name: 'cuda',
    onNote,
    files: libraries,
    entries: async () =>
      libraries
        .map(file => ({ name: `lib/${basename(file)}`, executable: true, content: { file } }))
        .sort((a, b) => (a.name < b.name ? -1 : 1)),
  })
}
