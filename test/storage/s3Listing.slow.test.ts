import assert from 'node:assert/strict'
import test from 'node:test'
import { openStorage } from '../../storage/openStorage.ts'
import { bucketOf, keysOfManyShapes } from '../support/manyKeys.ts'
import { s3ForTests } from '../support/s3Server.ts'

const s3 = await s3ForTests()

test('42,000 keys are each listed exactly once without being held', { skip: s3.skip }, async t => {
  const keys = keysOfManyShapes(2000)
  const storage = openStorage(`s3://${await bucketOf(s3.server, keys)}`, s3.server.options)
  t.after(() => storage.close())
  const left = new Set(keys)
  for await (const { key } of storage.list()) assert.ok(left.delete(key), `${key} is listed once`)
  assert.equal(left.size, 0)
})
