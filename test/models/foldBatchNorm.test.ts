import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { foldBatchNorm } from '../../models/foldBatchNorm.ts'

test('property: the folded convolution equals convolution, then batch normalisation, of the scaled input', () => {
  const size = fc.integer({ min: 1, max: 3 })
  const shape = fc.record({ rows: size, columns: size, inputChannels: size, filters: size })
  fc.assert(
    fc.property(shape, fc.integer(), ({ rows, columns, inputChannels, filters }, seed) => {
      let state = seed | 1
      const random = () => {
        state = Math.imul(state, 0x5bd1e995) + 0x9e3779b9
        return (state >>> 8) / 2 ** 24
      }
      const array = (length: number) => Float32Array.from({ length }, () => random() * 2 - 1)
      const kernel = array(rows * columns * inputChannels * filters)
      const [beta, movingMean] = [array(filters), array(filters)]
      const movingVariance = array(filters).map(Math.abs)
      const image = Array.from({ length: rows * columns * inputChannels }, () => Math.floor(random() * 256))
      const input = { scale: 1 / 127.5, shift: -1 }
      const { weights, bias } = foldBatchNorm(
        { kernel, beta, movingMean, movingVariance },
        { rows, columns, inputChannels, filters, epsilon: 1e-3, input },
      )
      for (let filter = 0; filter < filters; filter++) {
        let [plain, folded] = [0, bias[filter] as number]
        for (let row = 0; row < rows; row++)
          for (let column = 0; column < columns; column++)
            for (let channel = 0; channel < inputChannels; channel++) {
              const position = row * columns + column
              const pixel = image[position * inputChannels + channel] as number
              plain +=
                (pixel / 127.5 - 1) *
                (kernel[(position * inputChannels + channel) * filters + filter] as number)
              folded +=
                pixel *
                (weights[((filter * inputChannels + channel) * rows + row) * columns + column] as number)
            }
        const normalised =
          (plain - (movingMean[filter] as number)) / Math.sqrt((movingVariance[filter] as number) + 1e-3) +
          (beta[filter] as number)
        assert(Math.abs(normalised - folded) < 1e-3, `${normalised} against ${folded}`)
      }
    }),
  )
})
