import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { HubError } from '../../../../base/HubError.ts'
import { parseMaster } from '../../../../engines/spark/server/parseMaster.ts'

test('masters that Spark knows are read', () => {
  for (const url of ['local', 'local[1]', 'local[16]', 'local[*]', 'local[2,4]', 'local[*,3]'])
    assert.deepEqual(parseMaster(url), { kind: 'local', url })
  assert.deepEqual(parseMaster('yarn'), { kind: 'yarn', url: 'yarn' })
  assert.deepEqual(parseMaster('spark://one:7077,[::1]:7078'), {
    kind: 'standalone',
    url: 'spark://one:7077,[::1]:7078',
    hosts: [
      { host: 'one', port: 7077 },
      { host: '::1', port: 7078 },
    ],
  })
})

test('others are refused, naming the value and what is allowed', () => {
  const refused = [
    ...['', 'locale', 'local[]', 'local[0]', 'local[-1]', 'local[1.5]', 'local[2,0]', 'local[2', 'LOCAL'],
    ...['spark://', 'spark://host', 'spark://host:0', 'spark://host:70000', 'spark://a:1,b', 'spark://a b:1'],
    ...['host:7077', 'http://host:7077', 'yarn-client', 'yarn://host', 'k8s://https://host', 'mesos://h:1'],
    ...['local[2]\nspark.x=1', 'spark://host:7077/path', 'spark://user@host:7077', 'sc://host:15002'],
  ]
  for (const url of refused)
    assert.throws(
      () => parseMaster(url),
      (error: HubError) => {
        assert.equal(error.code, 'bad_master', url)
        assert.ok(error.message.includes(`"${url}"`))
        assert.match(error.hint ?? '', /spark:\/\/host:port/)
        return true
      },
    )
})

test('any text is either read as itself or refused', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map(text => `spark://${text}`),
      ),
      url => {
        try {
          assert.equal(parseMaster(url).url, url)
        } catch (thrown) {
          assert.ok(thrown instanceof HubError && thrown.code === 'bad_master')
        }
      },
    ),
  )
})
