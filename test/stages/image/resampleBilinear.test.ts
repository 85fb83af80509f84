import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import sharp from 'sharp'
import { decodeForModel } from '../../../stages/image/decodeForModel.ts'
import { resampleBilinear } from '../../../stages/image/resampleBilinear.ts'

const gray = (values: readonly number[]) => Uint8Array.from(values.flatMap(value => [value, value, value]))
const first = (pixels: Uint8Array) => [...pixels.filter((_, index) => index % 3 === 0)]

// What Pillow 12 gives: Image.fromarray(np.array([[...]], np.uint8)).resize((n, 1), Image.BILINEAR)
const pillow: readonly [input: readonly number[], output: readonly number[]][] = [
  [
    [0, 100],
    [0, 25, 75, 100],
  ],
  [
    [0, 40, 200],
    [0, 10, 30, 80, 160, 200],
  ],
  [
    [10, 20, 30, 40, 250, 60],
    [17, 60, 139],
  ],
]
for (const [input, output] of pillow)
  test(`a row of ${input.length} pixels becomes ${output.length} as in Pillow`, () => {
    const from = { data: gray(input), height: 1, width: input.length }
    assert.deepEqual(first(resampleBilinear(from, { height: 1, width: output.length })), output)
    const turned = { data: gray(input), height: input.length, width: 1 }
    assert.deepEqual(first(resampleBilinear(turned, { height: output.length, width: 1 })), output)
  })

test('a flat colour stays that colour at every size', () => {
  const side = fc.integer({ min: 1, max: 40 })
  fc.assert(
    fc.property(
      side,
      side,
      side,
      side,
      fc.uint8Array({ minLength: 3, maxLength: 3 }),
      (h, w, height, width, colour) => {
        const data = Uint8Array.from({ length: h * w * 3 }, (_, index) => colour[index % 3] ?? 0)
        const result = resampleBilinear({ data, height: h, width: w }, { height, width })
        assert.ok(
          result.length === height * width * 3 && result.every((value, index) => value === colour[index % 3]),
        )
      },
    ),
  )
})

test('a picture that grows stays where it was: mirrored, it gives the mirrored result', async () => {
  const picture = sharp({
    create: {
      width: 31,
      height: 23,
      channels: 3,
      background: 'white',
      noise: { type: 'gaussian', mean: 128, sigma: 60 },
    },
  }).png()
  const file = await picture.toBuffer()
  const mirrored = await sharp(file).flop().flip().png().toBuffer()
  const size = { height: 70, width: 50 }
  const result = await decodeForModel(file, size)
  const expected = await sharp(await decodeForModel(mirrored, size), { raw: { ...size, channels: 3 } })
    .flop()
    .flip()
    .raw()
    .toBuffer()
  const worst = result.reduce(
    (most, value, index) => Math.max(most, Math.abs(value - (expected[index] ?? 0))),
    0,
  )
  // Rows and columns are rounded one after the other, halves upward: mirrored, each may differ by 1. Half a pixel's shift would be tens.
  assert.ok(worst <= 2, `the largest difference is ${worst}`)
})
