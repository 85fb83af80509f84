import assert from 'node:assert/strict'
import { copyFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import h5wasm, { type Group } from 'h5wasm/node'
import { useKerasH5 } from '../../../models/importers/kerasH5.ts'
import { inceptionV3Graph } from '../../../models/inceptionV3.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'

interface LegacyOptions {
  readonly first?: number
  readonly suffix?: string
  readonly below?: string
  readonly omit?: string
  readonly extra?: string
}

/** A file in Keras's legacy layout: 94 layers of each kind, each weight one number: the layer's place. Listed backwards. */
async function writeLegacy(
  path: string,
  { first = 0, suffix = '', below, omit, extra }: LegacyOptions = {},
): Promise<void> {
  await h5wasm.ready
  const file = new h5wasm.File(path, 'w')
  const root: Group = below === undefined ? file : file.create_group(below)
  const layers: string[] = []
  const add = (layer: string, parts: string[], value: number) => {
    if (layer === omit) return
    layers.unshift(layer)
    const group = root.create_group(layer)
    const names = parts.map(part => `${layer}/${part}${suffix}`)
    group.create_attribute('weight_names', names)
    group.create_group(layer)
    for (const name of names) group.create_dataset({ name, data: Float32Array.of(value), shape: [1] })
  }
  for (let index = 0; index < 94; index++) {
    const number = index + first === 0 ? '' : `_${index + first}`
    add(`conv2d${number}`, ['kernel'], index)
    add(
      `batch_normalization${number}`,
      ['beta', 'moving_mean', 'moving_variance', ...(extra ? [extra] : [])],
      index,
    )
  }
  add('predictions', ['kernel', 'bias'], -1)
  root.create_attribute('layer_names', layers)
  file.close()
}

const order = (path: string) =>
  useKerasH5(path, convolutions =>
    convolutions.map(({ kernel, movingVariance }) => [kernel.read()[0], movingVariance.read()[0]]),
  )
const inOrder = Array.from({ length: 94 }, (_, index) => [index, index])

for (const [title, options] of [
  ['names without :0, numbered from none', {}],
  ['names with :0, numbered from 95', { suffix: ':0', first: 95 }],
  ['a whole saved model, its weights below model_weights', { below: 'model_weights', first: 1 }],
] as const) {
  test(`layers come in the order of their numbers, whatever the list says: ${title}`, async t => {
    const path = join(await temporaryFolder(t), 'weights.h5')
    await writeLegacy(path, options)
    assert.deepEqual(await order(path), inOrder)
  })
}

test('a file that is no InceptionV3 is refused, saying which layer or weight is wrong', async t => {
  const folder = await temporaryFolder(t)
  const path = join(folder, 'weights.h5')
  await writeLegacy(path, { omit: 'conv2d_7' })
  await assert.rejects(order(path), {
    code: 'wrong_layout',
    message: /93 convolutions .*before conv2d_8 is missing/,
  })
  await writeLegacy(path, { extra: 'gamma' })
  await assert.rejects(order(path), { code: 'wrong_weights', message: /batch_normalization\/gamma/ })
  await writeLegacy(path)
  const graph = useKerasH5(path, convolutions => inceptionV3Graph({ convolutions }))
  await assert.rejects(graph, {
    code: 'wrong_weights',
    message: /conv2d\/kernel \(convolution 1\) has shape \[1\], expected \[3, 3, 3, 32\]/,
  })
})

test('a file in another HDF5 layout is refused as such', async t => {
  const path = join(await temporaryFolder(t), 'other.h5')
  await h5wasm.ready
  const file = new h5wasm.File(path, 'w')
  file.create_group('layers')
  file.close()
  await assert.rejects(order(path), { code: 'wrong_layout', message: /no attribute layer_names/ })

  const listed = new h5wasm.File(path, 'w')
  listed.create_attribute('layer_names', ['conv2d'])
  listed.close()
  await assert.rejects(order(path), { code: 'wrong_layout', message: /conv2d is listed but absent/ })

  const doubles = new h5wasm.File(path, 'w')
  doubles.create_attribute('layer_names', ['conv2d'])
  doubles.create_group('conv2d').create_attribute('weight_names', ['kernel:0'])
  doubles.create_dataset({ name: 'conv2d/kernel:0', data: Float64Array.of(1) })
  doubles.close()
  await assert.rejects(order(path), { code: 'wrong_layout', message: /kernel:0 holds "<d", not float32/ })
})

test('a truncated, overwritten or foreign file is refused with the reason of the HDF5 library', async t => {
  const folder = await temporaryFolder(t)
  const [whole, broken] = [join(folder, 'whole.h5'), join(folder, 'broken.h5')]
  await writeLegacy(whole)
  await copyFile(whole, broken)
  await truncate(broken, 20_000)
  await assert.rejects(order(broken), {
    code: 'damaged_h5',
    message: /broken\.h5 cannot be read: truncated file/,
  })
  await writeFile(broken, 'not HDF5')
  await assert.rejects(order(broken), { code: 'damaged_h5', message: /signature not found/ })
  assert.deepEqual(await order(whole), inOrder, 'the library still works after errors')
})
