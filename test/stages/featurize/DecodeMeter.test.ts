import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeAdvice, decodeThreads } from '../../../stages/featurize/DecodeMeter.ts'

test('as many threads are wanted as decode at the rate of inference', () => {
  // 4 threads: 250 images/s; the GPU would infer 1000.
  assert.equal(decodeThreads(4, { images: 1000, inferring: 1, waiting: 3 }), 16)
  assert.equal(decodeThreads(4, { images: 1000, inferring: 4, waiting: 0 }), 4)
  assert.equal(decodeThreads(3, { images: 1000, inferring: 4, waiting: 1 }), 4)
})

test('a GPU that waits is worth a word, one that hardly does, or has hardly begun, is not', () => {
  assert.match(
    decodeAdvice(4, { images: 2000, inferring: 2, waiting: 6 }) ?? '',
    /waited 75 % .* 16 threads .* there are 4/,
  )
  assert.equal(decodeAdvice(4, { images: 2000, inferring: 2, waiting: 0.1 }), undefined)
  assert.equal(decodeAdvice(4, { images: 100, inferring: 0.1, waiting: 6 }), undefined)
})
