import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { HubError } from '../../../../base/HubError.ts'
import { parseAddress } from '../../../../engines/spark/connect/parseAddress.ts'
import { describeAddress, type TcpAddress } from '../../../../engines/spark/connect/SparkAddress.ts'

const parsed = (text: string) => parseAddress(text) as TcpAddress

test('host, port and parameters are read', () => {
  const { host, port, useTls, token, userId } = parsed(
    'sc://Spark.example:1234/;use_ssl=true;user_id=ana%20b;token=a%3Bb',
  )
  assert.deepEqual(
    { host, port, useTls, userId },
    { host: 'spark.example', port: 1234, useTls: true, userId: 'ana b' },
  )
  assert.equal(typeof token === 'string' ? token : token?.reveal(), 'a;b')
})

test('what is left out has a default', () => {
  const { host, port, useTls, token, userId } = parsed('sc://localhost')
  assert.deepEqual(
    { host, port, useTls, token, userId },
    { host: 'localhost', port: 15002, useTls: false, token: undefined, userId: undefined },
  )
  assert.equal(parsed('sc://[::1]:9').host, '::1')
  assert.equal(describeAddress(parsed('sc://[::1]:9/')), 'sc://[::1]:9')
})

test('every token survives percent-encoding, and nothing prints it', () => {
  const tokens = fc.string({
    unit: fc.integer({ min: 0x21, max: 0x7e }).map(code => String.fromCharCode(code)),
    minLength: 12,
  })
  fc.assert(
    fc.property(tokens, token => {
      const address = parsed(`sc://localhost/;token=${encodeURIComponent(token)}`)
      assert.equal(typeof address.token === 'string' ? address.token : address.token?.reveal(), token)
      for (const text of [
        inspect(address, { depth: 9 }),
        JSON.stringify(address),
        String(address.token),
        describeAddress(address),
      ]) {
        assert.ok(!text.includes(token))
      }
    }),
  )
})

test('a token goes over TLS, loopback or a Unix socket only', () => {
  assert.throws(() => parseAddress('sc://spark.example/;token=secret'), { code: 'bad_spark_address' })
  for (const host of ['localhost', '127.0.0.1', '127.8.8.8', '[::1]'])
    parseAddress(`sc://${host}/;token=secret`)
  parseAddress('sc://spark.example/;token=secret;use_ssl=TRUE')
})

for (const text of [
  '',
  'localhost:15002',
  'http://localhost',
  'sc://',
  'sc://localhost/path;use_ssl=true',
  'sc://localhost:99999',
  'sc://localhost:0',
  'sc://me:secret@localhost',
  'sc://localhost/?token=secret',
  'sc://localhost/;use_ssl=maybe',
  'sc://localhost/;token=',
  'sc://localhost/;token=secret;token=secret',
  'sc://localhost/;token=%zz-secret',
  'sc://localhost/;token=secret%0a',
  'sc://localhost/;session=1',
]) {
  test(`${JSON.stringify(text)} is refused without showing secrets`, () => {
    assert.throws(
      () => parseAddress(text),
      (error: HubError) => {
        assert.ok(error instanceof HubError)
        assert.equal(error.code, 'bad_spark_address')
        assert.equal(error.fault, 'user')
        assert.doesNotMatch(`${error.message}${error.hint}`, /secret/)
        return true
      },
    )
  })
}
