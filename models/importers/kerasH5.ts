import type { Dataset, File, Group } from 'h5wasm/node'
import { toError, userError } from '../../base/HubError.ts'
import type { StoredConvolution, StoredWeight } from '../inceptionV3.ts'
import { orderInceptionLayers } from './inceptionLayers.ts'

const maxNames = 10_000 // layers in a file, or weights in a layer; the official file has 311 and at most 3

/** The first bytes of every HDF5 file. */
export const hdf5Signature = Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a)

/**
 * Opens InceptionV3 weights in Keras's legacy HDF5 layout (the official files; a whole saved model, with its weights below
 * `model_weights`; names with and without `:0`; with or without the classifier) and hands them to `use`. The weights are read
 * from the file when their `read` is called, so all use must end before `use` returns.
 * @throws HubError `damaged_h5` where the HDF5 library refuses the file, `wrong_layout`, `wrong_weights`
 */
export async function useKerasH5<T>(path: string, use: (convolutions: StoredConvolution[]) => T): Promise<T> {
  const h5wasm = await import('h5wasm/node')
  const library = await h5wasm.ready
  // Without this the library prints its stack of errors on stderr and goes on with an invalid handle.
  library.activate_throwing_error_handler()
  const readHdf5 = <R>(read: () => R): R => {
    try {
      return read()
    } catch (error) {
      throw damaged(path, toError(error))
    }
  }

  let file: File | undefined
  try {
    const opened = readHdf5(() => new h5wasm.File(path, 'r'))
    file = opened
    const isGroup = (entity: unknown): entity is Group => entity instanceof h5wasm.Group
    const isDataset = (entity: unknown): entity is Dataset => entity instanceof h5wasm.Dataset
    const layers = readHdf5(() => readLayers(opened, isGroup, isDataset))
    const lazily = new Map(
      [...layers].map(([layer, weights]) => [
        layer,
        weights.map(weight => ({ ...weight, read: () => readHdf5(weight.read) })),
      ]),
    )
    return use(orderInceptionLayers(lazily))
  } finally {
    file?.close()
  }
}

function readLayers(
  file: File,
  isGroup: (entity: unknown) => entity is Group,
  isDataset: (entity: unknown) => entity is Dataset,
): Map<string, StoredWeight[]> {
  const nested = file.get('model_weights')
  const root = isGroup(nested) ? nested : file
  const layers = new Map<string, StoredWeight[]>()
  for (const layer of names(root, 'layer_names')) {
    const group = root.get(layer)
    if (!isGroup(group)) throw wrongLayout(`layer ${layer} is listed but absent`)
    const weights = names(group, 'weight_names').map((name): StoredWeight => {
      const dataset = group.get(name)
      if (!isDataset(dataset)) throw wrongLayout(`${layer}: weight ${name} is listed but is no dataset here`)
      const { dtype, shape } = dataset
      if (dtype !== '<f') throw wrongLayout(`${name} holds ${JSON.stringify(dtype)}, not float32`)
      return { name, shape: shape ?? [], read: () => dataset.value as Float32Array }
    })
    layers.set(layer, weights)
  }
  return layers
}

function names(group: Group, attribute: string): string[] {
  const value: unknown = group.attrs[attribute]?.value
  const where = group.path === '/' ? 'the file' : group.path
  if (value === undefined) throw wrongLayout(`${where} has no attribute ${attribute}`)
  // An empty list is stored as an empty float array.
  if (ArrayBuffer.isView(value) && value.byteLength === 0) return []
  if (!Array.isArray(value) || value.length > maxNames || !value.every(name => typeof name === 'string')) {
    throw wrongLayout(`attribute ${attribute} of ${where} is not a list of at most ${maxNames} names`)
  }
  return value
}

function wrongLayout(message: string) {
  return userError(
    'wrong_layout',
    message,
    'give weights in the legacy h5 layout of Keras (model.save_weights("x.weights.h5") of Keras 3 writes another one)',
  )
}

function damaged(path: string, error: Error): Error {
  if ('code' in error) return error
  // The stack of errors ends with the most specific one: "#006: .../H5Fsuper.c line 577 in H5F__super_read(): truncated file: ..."
  const reason =
    error.message
      .match(/\(\): [^\n]+/g)
      ?.at(-1)
      ?.slice(4) ?? error.message
  return userError(
    'damaged_h5',
    `${path} cannot be read: ${reason}`,
    'download or copy the file again',
    error,
  )
}
