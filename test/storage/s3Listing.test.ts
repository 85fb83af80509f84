import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { compareKeys, cutRange, guessCuts, type KeyRange } from '../../storage/keyRange.ts'
import { openStorage } from '../../storage/openStorage.ts'
import { impatient, startFaultProxy } from '../support/faultProxy.ts'
import { bucketOf, hashed, keysOfManyShapes, numbered } from '../support/manyKeys.ts'
import { s3ForTests } from '../support/s3Server.ts'

const s3 = await s3ForTests()
const skip = s3.skip

test('many keys of every shape are each listed exactly once, in few requests', { skip }, async t => {
  const keys = keysOfManyShapes(200)
  const bucket = await bucketOf(s3.server, keys)
  const proxy = await startFaultProxy(s3.server.endpoint)
  const storage = openStorage(`s3://${bucket}`, { ...s3.server.options, endpoint: proxy.endpoint })
  t.after(async () => {
    await storage.close()
    await proxy.close()
  })
  const listed = (await Array.fromAsync(storage.list())).map(object => object.key)
  assert.equal(listed.length, keys.length)
  assert.deepEqual(new Set(listed), new Set(keys))
  const shards = proxy.requests.filter(request => /start-after/.test(request.url)).length
  assert.ok(shards > 3, `${shards} shards`)
  const pages = Math.ceil(keys.length / 1000)
  assert.ok(proxy.requests.length < 60 + 2 * pages, `${proxy.requests.length} requests for ${pages} pages`)
  const part = await Array.fromAsync(storage.list({ prefix: 'flat/0', concurrency: 3 }))
  assert.deepEqual(part.map(o => o.key).sort(), keys.filter(k => k.startsWith('flat/0')).sort())
})

test('a listing through a network that fails every third request is complete', { skip }, async t => {
  const keys = numbered(3000, i => `${i % 7}/${hashed(i)}`)
  const proxy = await startFaultProxy(s3.server.endpoint)
  const options = { ...s3.server.options, endpoint: proxy.endpoint, retry: { ...impatient, attempts: 30 } }
  const storage = openStorage(`s3://${await bucketOf(s3.server, keys)}`, options)
  t.after(async () => {
    await storage.close()
    await proxy.close()
  })
  proxy.add({ fault: { kind: 'answer', status: 503, code: 'SlowDown' }, probability: 0.2 })
  proxy.add({ fault: { kind: 'cut', afterBytes: 2000 }, probability: 0.15 })
  const listed = (await Array.fromAsync(storage.list())).map(object => object.key)
  assert.deepEqual(listed.sort(), keys.sort())
})

test('the parts of a range are together exactly the range, whatever the keys and cuts', () => {
  const name = fc.string({
    unit: fc.constantFrom(...'0019afAZz_-/. é漢🌻\uFFFF'),
    minLength: 1,
    maxLength: 8,
  })
  const end = fc.option(name, { nil: undefined })
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 2 }), end, fc.array(name), (names, until, prefixes) => {
      const [first = '', after = '', ...keys] = names.sort(compareKeys)
      const parts = cutRange({ after, until }, [...prefixes, ...guessCuts('', first, after)], 10)
      assert.ok(parts.length <= 11)
      for (const key of keys) {
        const holders = parts.filter(part => holds(part, key))
        assert.equal(holders.length, holds({ after, until }, key) ? 1 : 0)
      }
    }),
  )
})

function holds({ after, until }: KeyRange, key: string): boolean {
  const behind = after === undefined || compareKeys(key, after) > 0
  return behind && (until === undefined || compareKeys(key, until) <= 0)
}

test('cuts are guessed with the characters that the names go on with', () => {
  const cuts = guessCuts('a/', 'a/IMG_0000000.jpg', 'a/IMG_0001999.jpg')
  for (const cut of ['a/IMG_0002', 'a/IMG_0009', 'a/IMG_001', 'a/IMG_09', 'a/IMG_9'])
    assert.ok(cuts.includes(cut), cut)
  assert.ok(guessCuts('a/', 'a/0003', 'a/03ff').includes('a/f'))
  assert.ok(!guessCuts('a/', 'a/0003', 'a/03ff').includes('a/g'))
})
