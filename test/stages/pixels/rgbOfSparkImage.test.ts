import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { rgbOfSparkImage } from '../../../stages/pixels/rgbOfSparkImage.ts'

const size = fc.record({ height: fc.integer({ min: 1, max: 9 }), width: fc.integer({ min: 1, max: 9 }) })
const bytes = (length: number) => fc.uint8Array({ minLength: length, maxLength: length })

test('BGR is turned into RGB, gray into three equal channels', () => {
  const pictures = size.chain(({ height, width }) =>
    fc.record({ height: fc.constant(height), width: fc.constant(width), data: bytes(height * width * 3) }),
  )
  fc.assert(
    fc.property(pictures, ({ height, width, data }) => {
      const rgb = rgbOfSparkImage({ height, width, nChannels: 3, mode: 16, data })
      assert.deepEqual([rgb.height, rgb.width, rgb.data.length], [height, width, data.length])
      const swapped = data.map((_, at) => data[at - 2 * (at % 3) + 2] as number)
      assert.deepEqual(rgb.data, swapped)
      const gray = data.subarray(0, height * width)
      const three = rgbOfSparkImage({ height, width, nChannels: 1, mode: 0, data: gray })
      assert.deepEqual(
        [...three.data],
        [...gray].flatMap(value => [value, value, value]),
      )
    }),
  )
})

test('transparency is laid on white', () => {
  const data = Uint8Array.of(10, 20, 30, 255, 10, 20, 30, 0, 0, 100, 200, 128)
  const rgb = rgbOfSparkImage({ height: 1, width: 3, nChannels: 4, mode: 24, data })
  assert.deepEqual([...rgb.data], [30, 20, 10, 255, 255, 255, 227, 177, 127])
})

test('rows that hold no picture, or one of another type or size, are refused by name', () => {
  const row = { height: 2, width: 2, nChannels: 3, mode: 16, data: new Uint8Array(12) }
  const none = { height: -1, width: -1, nChannels: -1, mode: -1, data: new Uint8Array(0) }
  assert.throws(() => rgbOfSparkImage(none), { code: 'no_pixels', fault: 'user' })
  for (const bad of [{ mode: 24 }, { mode: 21, nChannels: 3 }, { nChannels: 2 }, { height: 3 }, { width: 0 }])
    assert.throws(() => rgbOfSparkImage({ ...row, ...bad }), { code: 'bad_pixels', fault: 'user' })
})
