import assert from 'node:assert/strict'
import test from 'node:test'
import { sparkPath, sparkReadPath } from '../../../engines/spark/sparkPath.ts'
import { fileUri } from '../../../storage/location.ts'

test('file URIs become paths as they are, S3 is spoken by s3a', () => {
  assert.equal(sparkPath(fileUri('/data/a b%20/ü')), 'file:///data/a b%20/ü')
  assert.equal(sparkPath('s3://bucket/a b/c%'), 's3a://bucket/a b/c%')
})

test('for reading, what Spark takes for a pattern is escaped', () => {
  assert.equal(sparkReadPath('s3://bucket/{a,b}[1]*?\\'), 's3a://bucket/\\{a\\,b\\}\\[1\\]\\*\\?\\\\')
})
