import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { RgbPixels } from '../../../stages/image/RgbPixels.ts'
import { type Scores, scorePixels } from '../../../stages/image/scorePixels.ts'
import { drawnPicture, drawnPixels } from '../drawnPicture.ts'

const picture = fc
  .record({ height: fc.integer({ min: 3, max: 12 }), width: fc.integer({ min: 3, max: 12 }) })
  .chain(({ height, width }) =>
    fc.record({
      height: fc.constant(height),
      width: fc.constant(width),
      data: fc.uint8Array({ minLength: height * width * 3, maxLength: height * width * 3 }),
    }),
  )

/** The definitions, word for word and in floating point. */
function byDefinition({ data, height, width }: RgbPixels): Scores {
  const rgb = Array.from({ length: height * width }, (_, at) => [...data.subarray(3 * at, 3 * at + 3)])
  const luma = rgb.map(([r = 0, g = 0, b = 0]) => (0.2126 * r + 0.7152 * g + 0.0722 * b) / 255)
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const deviation = (values: number[]) => Math.sqrt(mean(values.map(value => (value - mean(values)) ** 2)))
  const at = (row: number, column: number) => luma[row * width + column] ?? 0
  const laplacian: number[] = []
  for (let row = 1; row < height - 1; row++)
    for (let column = 1; column < width - 1; column++)
      laplacian.push(
        at(row - 1, column) +
          at(row + 1, column) +
          at(row, column - 1) +
          at(row, column + 1) -
          4 * at(row, column),
      )
  const bins = new Map<number, number>()
  for (const value of luma) bins.set(Math.round(value * 255), (bins.get(Math.round(value * 255)) ?? 0) + 1)
  const shares = [...bins.values()].map(count => count / luma.length)
  const rg = rgb.map(([r = 0, g = 0]) => r - g)
  const yb = rgb.map(([r = 0, g = 0, b = 0]) => 0.5 * (r + g) - b)
  return {
    sharpness: deviation(laplacian) ** 2,
    brightness: mean(luma),
    contrast: deviation(luma),
    entropy: -shares.reduce((sum, share) => sum + share * Math.log2(share), 0),
    dark_fraction: mean(luma.map(value => (Math.round(value * 255) < 25.5 ? 1 : 0))),
    bright_fraction: mean(luma.map(value => (Math.round(value * 255) > 242.25 ? 1 : 0))),
    colorfulness: Math.hypot(deviation(rg), deviation(yb)) + 0.3 * Math.hypot(mean(rg), mean(yb)),
  }
}

test('scores follow their definitions', () => {
  fc.assert(
    fc.property(picture, pixels => {
      const scores = scorePixels(pixels)
      const expected = byDefinition(pixels)
      const near = (name: keyof Scores, allowed: number) =>
        assert.ok(
          Math.abs(scores[name] - expected[name]) <= allowed,
          `${name} ${scores[name]} ${expected[name]}`,
        )
      // Luma of 12 bits, each at most half a step off, with weights that sum to 8.
      const deviation = Math.abs(Math.sqrt(scores.sharpness) - Math.sqrt(expected.sharpness))
      assert.ok(deviation <= 4 / 4080 + 1e-9, `sharpness ${scores.sharpness} ${expected.sharpness}`)
      // The others are of luma in 8 bits; a pixel half way between two steps may fall on either side.
      const onePixel = 1.001 / (pixels.height * pixels.width)
      near('brightness', 0.5 / 255 + 1e-9)
      near('contrast', 0.5 / 255 + 1e-9)
      near('colorfulness', 1e-9)
      near('dark_fraction', onePixel)
      near('bright_fraction', onePixel)
      near('entropy', 8 * onePixel)
    }),
    { numRuns: 300 },
  )
})

test('a uniform picture has no edges, no contrast and no information', () => {
  for (const value of [0, 77, 255]) {
    const scores = scorePixels({ data: new Uint8Array(300).fill(value), height: 10, width: 10 })
    assert.deepEqual([scores.sharpness, scores.entropy, scores.colorfulness], [0, 0, 0])
    assert.ok(Math.abs(scores.brightness - value / 255) < 1e-9 && scores.contrast < 1e-6)
    assert.equal(scores.dark_fraction, value === 0 ? 1 : 0)
    assert.equal(scores.bright_fraction, value === 255 ? 1 : 0)
  }
})

test('a picture too narrow to have an inside has scores, too', () => {
  const scores = scorePixels({ data: Uint8Array.of(0, 0, 0, 255, 255, 255), height: 1, width: 2 })
  assert.deepEqual([scores.sharpness, scores.brightness, scores.entropy], [0, 0.5, 1])
})

test('the more a picture is blurred, the lower its sharpness', async () => {
  const [width, height] = [200, 150]
  const sharpness = [scorePixels({ data: drawnPixels(width, height), width, height }).sharpness]
  for (const sigma of [1, 2, 4])
    sharpness.push(
      scorePixels({ data: await drawnPicture(width, height).blur(sigma).raw().toBuffer(), width, height })
        .sharpness,
    )
  assert.deepEqual(
    sharpness,
    sharpness.toSorted((a, b) => b - a),
  )
  assert.ok((sharpness[3] ?? 1) < (sharpness[0] ?? 0) / 20)
})
