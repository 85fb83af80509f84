import assert from 'node:assert/strict'
import { test } from 'node:test'
import { useKerasH5 } from '../../../models/importers/kerasH5.ts'
import { readNsfwjs } from '../../../models/importers/nsfwjs.ts'
import { expectedShapes, type StoredConvolution } from '../../../models/inceptionV3.ts'
import { inceptionV3Convolutions } from '../../../models/inceptionV3Topology.ts'
import { sharedFolder } from '../../support/shared.ts'

const loaded = readNsfwjs()
const parts = ['kernel', 'beta', 'movingMean', 'movingVariance'] as const

test('the package nsfwjs holds the 94 convolutions, in the shapes of the plan', async () => {
  const convolutions = await loaded
  const shapes = convolutions.map(stored => parts.map(part => stored[part].shape))
  assert.deepEqual(
    shapes,
    inceptionV3Convolutions().map(convolution => parts.map(part => expectedShapes(convolution)[part])),
  )
})

test('its weights are those that Keras wrote into an h5 file from the same model', async t => {
  const path = sharedFolder(t, 'models/inception_v3_keras_legacy_notop.h5')
  if (path === undefined) return
  const convolutions = await loaded
  const worst = await useKerasH5(path, expected =>
    Math.max(...expected.map((convolution, index) => difference(convolution, convolutions[index]))),
  )
  assert(worst < 1e-5, `weights differ by ${worst}`)
})

function difference(a: StoredConvolution, b: StoredConvolution | undefined): number {
  let worst = 0
  for (const part of parts) {
    const [left, right] = [a[part].read(), b?.[part].read()]
    for (let index = 0; index < left.length; index++) {
      worst = Math.max(worst, Math.abs((left[index] as number) - (right?.[index] ?? Number.NaN)))
    }
  }
  return worst
}
