import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { searchBatchSize } from '../../../models/gpu/searchBatchSize.ts'

/** A device on which a batch costs its start and its images, within a memory. */
function device({ start, perImage, memory }: { start: number; perImage: number; memory: number }) {
  const tried: number[] = []
  return {
    tried,
    rate: async (images: number) => {
      tried.push(images)
      if (images > memory) throw new Error('out of memory')
      return images / (start + images * perImage)
    },
  }
}

test('a batch size is doubled until the gain ends', async () => {
  const { rate, tried } = device({ start: 0.01, perImage: 0.001, memory: 10_000 })
  assert.equal((await searchBatchSize({ rate })).batch, 128) // 256 would be 3.8 % faster
  assert.deepEqual(tried, [8, 16, 32, 64, 128, 256])
})

test('a batch that does not fit ends the search at the last one that did', async () => {
  const { rate, tried } = device({ start: 1, perImage: 0.001, memory: 100 })
  assert.equal((await searchBatchSize({ rate })).batch, 64)
  assert.deepEqual(tried, [8, 16, 32, 64, 128])
})

test('where not even the least size works its error is the answer', async () => {
  const { rate } = device({ start: 1, perImage: 1, memory: 4 })
  await assert.rejects(searchBatchSize({ rate }), /out of memory/)
})

test('property: the size found fits and gives the rate it is said to give, which the bounds allow', async () => {
  const positive = fc.double({ min: 1e-6, max: 10, noNaN: true })
  const devices = fc.record({ start: positive, perImage: positive, memory: fc.integer({ min: 8, max: 600 }) })
  await fc.assert(
    fc.asyncProperty(devices, async options => {
      const { rate, tried } = device(options)
      const found = await searchBatchSize({ rate, least: 8, most: 256 })
      assert.ok(found.batch <= Math.min(256, options.memory))
      assert.equal(found.rate, await rate(found.batch))
      assert.ok(tried.length <= 7)
    }),
  )
})
