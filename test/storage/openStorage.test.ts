import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { parseLocation } from '../../storage/location.ts'
import { openStorage } from '../../storage/openStorage.ts'

test('paths, file URIs and S3 URIs have one canonical root', () => {
  const here = pathToFileURL(process.cwd()).href
  const roots = {
    'hub/': `${here}/hub`,
    './a/../hub': `${here}/hub`,
    '/data/my hub#1': 'file:///data/my%20hub%231',
    'file:///data/my%20hub%231/': 'file:///data/my%20hub%231',
    'file:/data/hub': 'file:///data/hub',
    's3://bucket-1': 's3://bucket-1',
    'S3://bucket-1/a/b/': 's3://bucket-1/a/b',
    's3://bucket-1/50% off#?': 's3://bucket-1/50% off#?',
  }
  for (const [uri, root] of Object.entries(roots)) assert.equal(openStorage(uri).root, root)
})

test('what is no location is a user error that names it and what is allowed', () => {
  const cases: [string, string, RegExp][] = [
    ['', 'bad_uri', /empty/],
    ['a\0b', 'bad_uri', /NUL/],
    ['s3:/bucket/x', 'bad_uri', /two slashes/],
    ['s3://', 'bad_uri', /bucket/],
    ['s3://a_', 'bad_uri', /bucket/],
    ['s3://user:secret@host/x', 'bad_uri', /bucket/],
    ['file:///a%2Fb', 'bad_uri', /file URI/],
    ['file:///%FF', 'bad_uri', /file URI/],
    ['file://otherhost/a', 'bad_uri', /file URI/],
    ['https://example.com/x', 'unknown_scheme', /https/],
    ['gs://bucket/x', 'unknown_scheme', /gs/],
    ['s3a://bucket/x', 'unknown_scheme', /s3a/],
  ]
  for (const [uri, code, message] of cases) {
    assert.throws(() => openStorage(uri), { code, message, fault: 'user', hint: /s3:\/\/|bucket|file:/ }, uri)
  }
  assert.throws(() => openStorage('s3://bucket', { endpoint: 'localhost:7070' }), {
    code: 'bad_endpoint',
    message: /localhost:7070/,
  })
})

test('the URI of any key leads back to the key', () => {
  const part = fc
    .string({
      unit: fc.constantFrom(...'aZ0 %#?&+;:@\\|\t\n\r\u0001\u000e\u007fé漢🌻.'),
      minLength: 1,
      maxLength: 6,
    })
    .filter(p => p !== '.' && p !== '..')
  const key = fc.array(part, { minLength: 1, maxLength: 3 }).map(parts => parts.join('/'))
  const file = openStorage('/data/100% & more')
  const s3 = openStorage('s3://bucket/100% & more')
  fc.assert(
    fc.property(key, k => {
      assert.deepEqual(parseLocation(file.uri(k)), { scheme: 'file', path: join('/data/100% & more', k) })
      assert.deepEqual(parseLocation(s3.uri(k)), { scheme: 's3', bucket: 'bucket', key: `100% & more/${k}` })
    }),
  )
})
