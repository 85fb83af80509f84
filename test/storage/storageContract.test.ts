import assert from 'node:assert/strict'
import { randomBytes, randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type TestContext } from 'node:test'
import fc from 'fast-check'
import { HubError } from '../../base/HubError.ts'
import { openStorage, type StorageOptions } from '../../storage/openStorage.ts'
import { openOriginReader } from '../../storage/originReader.ts'
import type { Storage } from '../../storage/Storage.ts'
import { s3ForTests } from '../support/s3Server.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

const s3 = await s3ForTests()

interface Backend {
  readonly name: string
  readonly skip: string | false
  /** Opens a fresh, empty storage. */
  open(test: TestContext): Promise<{ storage: Storage; options: StorageOptions }>
}

const backends: Backend[] = [
  {
    name: 'file',
    skip: false,
    async open(t) {
      return { storage: openStorage(await temporaryFolder(t)), options: {} }
    },
  },
  {
    name: 's3',
    skip: s3.skip,
    async open(t) {
      const options = { ...s3.server.options, cacheFolder: await temporaryFolder(t) }
      const storage = openStorage(`s3://${await s3.server.createBucket()}/some/hub/`, options)
      t.after(() => storage.close())
      return { storage, options }
    },
  },
]

const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof HubError, String(error))
  assert.equal(error.code, expected, error.message)
  return true
}
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString()
async function drain(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(stream))
}
async function keys(storage: Storage, prefix?: string): Promise<string[]> {
  const objects = await Array.fromAsync(storage.list(prefix === undefined ? {} : { prefix }))
  return objects.map(object => object.key).sort()
}

for (const { name, skip, open } of backends) {
  test(`${name}: what is written is read, stated and listed alike`, { skip }, async t => {
    const { storage } = await open(t)
    const before = Date.now() - 5000
    const written = await storage.write('photos/a b+c.jpg', 'twelve bytes')
    assert.equal(written.bytes, 12)
    assert.ok(written.modifiedAt / 1000 > before && written.modifiedAt / 1000 < Date.now() + 5000)
    assert.deepEqual(await storage.stat('photos/a b+c.jpg'), written)
    assert.deepEqual(await Array.fromAsync(storage.list()), [written])
    assert.equal(text(await storage.read('photos/a b+c.jpg')), 'twelve bytes')
    await storage.write('photos/a b+c.jpg', 'other')
    assert.equal(text(await storage.read('photos/a b+c.jpg')), 'other')
  })

  test(`${name}: keys of odd characters survive the way through listing, URI and origin reader`, {
    skip,
  }, async t => {
    const { storage, options } = await open(t)
    const reader = openOriginReader(options)
    t.after(() => reader.close())
    const part = fc
      .string({
        unit: fc.constantFrom(...'aZ09 %#?&+=;:@!$~\'"()[]{}<>|^`é漢🌻\u0301\\.-_'),
        minLength: 1,
        maxLength: 12,
      })
      .filter(p => p !== '.' && p !== '..')
    const key = fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => `${parts.join('/')}/x`)
    await fc.assert(
      fc.asyncProperty(key, async k => {
        const contents = randomUUID()
        await storage.write(k, contents)
        assert.equal(text(await reader.read(storage.uri(k))), contents)
        assert.deepEqual(await keys(storage), [k])
        await storage.remove(k)
      }),
      { numRuns: 40 },
    )
  })

  test(`${name}: ranges give exactly their bytes, beyond the end fewer`, { skip }, async t => {
    const { storage } = await open(t)
    const bytes = randomBytes(1000)
    await storage.write('k', bytes)
    const bound = fc.nat(1200)
    await fc.assert(
      fc.asyncProperty(bound, fc.option(bound, { nil: undefined }), async (start, length) => {
        const range = length === undefined ? { start } : { start, end: start + length }
        const expected = bytes.subarray(range.start, range.end)
        assert.deepEqual(Buffer.from(await storage.read('k', { range })), expected)
        assert.deepEqual(await drain(await storage.openRead('k', { range })), expected)
      }),
      { numRuns: 40 },
    )
    await assert.rejects(storage.read('k', { range: { start: 5, end: 4 } }), code('bad_range'))
    await assert.rejects(storage.read('absent', { range: { start: 3, end: 3 } }), code('not_found'))
  })

  test(`${name}: a stream of 20 MB in odd chunks arrives whole, by write and by putFile`, {
    skip,
  }, async t => {
    const { storage } = await open(t)
    const bytes = randomBytes(20_000_003)
    const chunks = async function* () {
      for (let at = 0; at < bytes.length; at += 777_777) yield bytes.subarray(at, at + 777_777)
    }
    assert.equal((await storage.write('streamed', chunks())).bytes, bytes.length)
    assert.ok(bytes.equals(await storage.read('streamed')))
    const path = join(await temporaryFolder(t), 'source')
    await writeFile(path, bytes)
    assert.equal((await storage.putFile('deep/er/file', path)).bytes, bytes.length)
    assert.equal((await storage.putFile('deep/er/file', path)).bytes, bytes.length)
    assert.ok(bytes.equals(await drain(await storage.openRead('deep/er/file'))))
    assert.ok(bytes.equals(await readFile(path)), 'the source stays')
    assert.ok(bytes.equals(await readFile(await storage.localPath('streamed'))))
    assert.deepEqual(await keys(storage), ['deep/er/file', 'streamed'])
  })

  test(`${name}: a failing or aborted source leaves the old object and nothing else`, { skip }, async t => {
    const { storage } = await open(t)
    await storage.write('k', 'old')
    const failing = async function* () {
      yield randomBytes(9_000_000)
      yield randomBytes(9_000_000)
      throw new Error('the source broke')
    }
    await assert.rejects(storage.write('k', failing()), /the source broke/)
    const controller = new AbortController()
    const stuck = async function* () {
      yield randomBytes(9_000_000)
      controller.abort()
      await new Promise(() => {})
    }
    await assert.rejects(storage.write('k', stuck(), { signal: controller.signal }), { name: 'AbortError' })
    assert.equal(text(await storage.read('k')), 'old')
    assert.deepEqual(await keys(storage), ['k'])
  })

  test(`${name}: of 32 racing creators exactly one wins, and its contents stand`, { skip }, async t => {
    const { storage } = await open(t)
    for (let round = 0; round < 5; round += 1) {
      const key = `snapshots/${round}`
      const wins = await Promise.all(Array.from({ length: 32 }, (_, i) => storage.create(key, `writer ${i}`)))
      assert.equal(wins.filter(Boolean).length, 1)
      assert.equal(text(await storage.read(key)), `writer ${wins.indexOf(true)}`)
    }
    assert.equal((await keys(storage)).length, 5)
  })

  test(`${name}: a listing keeps to its prefix, whether that ends a folder or not`, { skip }, async t => {
    const { storage } = await open(t)
    const all = ['a', 'a/1', 'a/2/3', 'ab', 'ab/4', 'b/a/5', 'a-b/6', 'a.b'].filter(
      k => k !== 'a' && k !== 'ab',
    )
    for (const key of all) await storage.write(key, key)
    for (const prefix of ['a', 'a/', 'ab', 'b/a', 'a/2/', 'a/2/3', 'zzz', 'zzz/y', 'b/a/5/6']) {
      assert.deepEqual(await keys(storage, prefix), all.filter(k => k.startsWith(prefix)).sort(), prefix)
    }
    assert.deepEqual(await keys(storage), all.sort())
  })

  test(`${name}: a listing that is left early or aborted ends at once`, { skip }, async t => {
    const { storage } = await open(t)
    for (let i = 0; i < 20; i += 1) await storage.write(`folder-${i % 4}/${i}`, '')
    for await (const object of storage.list()) {
      assert.ok(object.key)
      break
    }
    const controller = new AbortController()
    const list = async () => {
      for await (const _ of storage.list({ signal: controller.signal })) controller.abort()
    }
    await assert.rejects(list, { name: 'AbortError' })
    await assert.rejects(Array.fromAsync(storage.list({ signal: AbortSignal.abort() })), {
      name: 'AbortError',
    })
  })

  test(`${name}: absent objects are null, not_found or no matter`, { skip }, async t => {
    const { storage } = await open(t)
    assert.equal(await storage.stat('absent'), null)
    await assert.rejects(storage.read('absent'), code('not_found'))
    await assert.rejects(storage.openRead('absent'), code('not_found'))
    await assert.rejects(storage.localPath('absent'), code('not_found'))
    await assert.rejects(storage.putFile('k', '/no/such/file'), code('not_found'))
    await storage.remove('absent')
    await storage.write('present', '')
    assert.equal((await storage.read('present')).length, 0)
    await storage.remove('present')
    assert.equal(await storage.stat('present'), null)
  })

  test(`${name}: no key leads out of the root`, { skip }, async t => {
    const { storage } = await open(t)
    for (const key of ['', '..', '../x', 'a/../../x', 'a/..', './x', 'a/./x', 'a\0b']) {
      await assert.rejects(async () => storage.read(key), code('key_outside_root'), JSON.stringify(key))
      await assert.rejects(async () => storage.write(key, ''), code('key_outside_root'))
      await assert.rejects(async () => storage.create(key, ''), code('key_outside_root'))
      await assert.rejects(async () => storage.remove(key), code('key_outside_root'))
      assert.throws(() => storage.uri(key), code('key_outside_root'))
    }
    await assert.rejects(
      async () => Array.fromAsync(storage.list({ prefix: '../' })),
      code('key_outside_root'),
    )
  })

  test(`${name}: too many bytes are refused`, { skip }, async t => {
    const { storage } = await open(t)
    await storage.write('k', randomBytes(1000))
    await assert.rejects(storage.read('k', { maxBytes: 999 }), code('too_many_bytes'))
    assert.equal((await storage.read('k', { maxBytes: 1000 })).length, 1000)
    assert.equal((await storage.read('k', { maxBytes: 10, range: { start: 5, end: 15 } })).length, 10)
  })

  test(`${name}: an aborted read throws the reason`, { skip }, async t => {
    const { storage } = await open(t)
    await storage.write('k', randomBytes(5_000_000))
    const reason = new Error('enough')
    await assert.rejects(storage.read('k', { signal: AbortSignal.abort(reason) }), reason)
    const controller = new AbortController()
    const stream = await storage.openRead('k', { signal: controller.signal })
    await assert.rejects(async () => {
      for await (const _ of stream) controller.abort()
    })
  })

  test(`${name}: a local path follows the object`, { skip }, async t => {
    const { storage } = await open(t)
    await storage.write('table/part.parquet', 'one')
    const paths = await Promise.all(Array.from({ length: 5 }, () => storage.localPath('table/part.parquet')))
    assert.equal(new Set(paths).size, 1)
    assert.match(paths[0] ?? '', /part\.parquet$/)
    assert.equal(await readFile(paths[0] ?? '', 'utf8'), 'one')
    await storage.write('table/part.parquet', 'another')
    assert.equal(await readFile(await storage.localPath('table/part.parquet'), 'utf8'), 'another')
  })
}
