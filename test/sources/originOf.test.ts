import assert from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import fc from 'fast-check'
import { originOf } from '../../sources/originOf.ts'

const files = 'file:///data/in%20box'
const bucket = 's3://photos/2024'

const cases: [string, string, ReturnType<typeof originOf>][] = [
  ['a.jpg', files, { key: 'a.jpg' }],
  ['./b//c.jpg', files, { key: 'b/c.jpg' }],
  ['x/../b.jpg', files, { key: 'b.jpg' }],
  [' 50% off #1.jpg ', files, { key: '50% off #1.jpg' }],
  ['/data/in box/b/c.jpg', files, { key: 'b/c.jpg' }],
  ['file:///data/in%20box/c.jpg', files, { key: 'c.jpg' }],
  ['../secret', files, { refused: 'outside_root' }],
  ['a/../../secret', files, { refused: 'outside_root' }],
  ['/etc/passwd', files, { refused: 'outside_root' }],
  ['/data/in box2/a.jpg', files, { refused: 'outside_root' }],
  ['file:///etc/passwd', files, { refused: 'outside_root' }],
  ['file:///data/in%20box/..%2fsecret', files, { refused: 'no_origin' }],
  ['https://host/a.jpg', files, { refused: 'unknown_scheme' }],
  ['s3://other/a b.jpg', files, { uri: 's3://other/a b.jpg' }],
  ['s3://other', files, { refused: 'no_origin' }],
  ['', files, { refused: 'no_origin' }],
  ['.', files, { refused: 'no_origin' }],
  ['a\0b', files, { refused: 'no_origin' }],
  ['a.jpg', bucket, { key: 'a.jpg' }],
  ['/a.jpg', bucket, { key: 'a.jpg' }],
  ['../a.jpg', bucket, { refused: 'outside_root' }],
  ['s3://photos/2024/a.jpg', bucket, { key: 'a.jpg' }],
  ['s3://photos/2025/a.jpg', bucket, { uri: 's3://photos/2025/a.jpg' }],
  ['file:///etc/passwd', bucket, { refused: 'outside_root' }],
]

for (const [text, root, expected] of cases)
  test(`${JSON.stringify(text)} below ${root} is ${JSON.stringify(expected)}`, () =>
    assert.deepEqual(originOf(text, root), expected))

test('no text leads out of the folder', () => {
  const part = fc.constantFrom(
    '..',
    '.',
    '',
    'a',
    'b c',
    '%2e%2e',
    '..%2f',
    '…',
    '/',
    '//',
    'file://',
    'file:',
    '\\..',
  )
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), fc.constantFrom('', '/'), (parts, glue) => {
      const reference = originOf(parts.join(glue), pathToFileURL('/data/box').href)
      if ('key' in reference) assert.ok(resolve('/data/box', reference.key).startsWith('/data/box/'))
      else assert.ok('refused' in reference)
    }),
  )
})
