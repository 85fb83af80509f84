import assert from 'node:assert/strict'
import type { NetworkInterfaceInfo } from 'node:os'
import { test } from 'node:test'
import { decideIsolation, type Isolation } from '../../../../engines/spark/server/isolation.ts'
import { parseMaster } from '../../../../engines/spark/server/parseMaster.ts'
import { type SparkLine, sparkReleases } from '../../../../engines/spark/setup/sparkLines.ts'

const loopback = { address: '127.0.0.1', family: 'IPv4', internal: true }
const inOffice = { address: '10.0.3.7', family: 'IPv4', internal: false }
const ofTheLink = { address: 'fe80::1', family: 'IPv6', internal: false }
const inTheWorld = { address: '203.0.113.9', family: 'IPv4', internal: false }

function decide(
  line: SparkLine,
  master: string,
  isolation?: Isolation,
  addresses: readonly object[] = [loopback, inOffice, ofTheLink],
): Isolation {
  return decideIsolation({
    release: sparkReleases[line],
    master: parseMaster(master),
    interfaces: { eth0: addresses as NetworkInterfaceInfo[] },
    ...(isolation === undefined ? {} : { isolation }),
  })
}

test('Spark 4 protects itself by its token', () => {
  for (const master of ['local[2]', 'spark://host:7077', 'yarn']) assert.equal(decide('4.0', master), 'token')
})

test('Spark 3.5 goes into a network namespace where its master is local, else is refused with the reason', () => {
  assert.equal(decide('3.5', 'local[2]'), 'namespace')
  for (const master of ['spark://host:7077', 'yarn'])
    assert.throws(() => decide('3.5', master), {
      code: 'spark_unprotected',
      message: /every network interface without asking who calls/,
      hint: /privateNetwork/,
    })
  assert.throws(() => decide('3.5', 'local[2]', 'token'), { code: 'spark_unprotected' })
})

test('a network that is private holds every address of the machine, by the word of the caller', () => {
  const office = { privateNetwork: '10.0.0.0/16' }
  assert.deepEqual(decide('3.5', 'yarn', office), office)
  const both = { privateNetwork: ['10.0.0.0/16', '203.0.113.0/24'] }
  assert.deepEqual(decide('3.5', 'yarn', both, [loopback, inOffice, inTheWorld]), both)
  assert.throws(() => decide('3.5', 'yarn', office, [inOffice, inTheWorld]), {
    code: 'spark_unprotected',
    message: /203\.0\.113\.9 is not in 10\.0\.0\.0\/16/,
  })
})

test('a network that is none is refused, as is everybody', () => {
  for (const privateNetwork of ['', 'office', '10.0.0.0', '10.0.0.0/33', '10.0.0/8', '0.0.0.0/0', '::/0'])
    assert.throws(() => decide('3.5', 'yarn', { privateNetwork }), { code: 'bad_isolation' })
})

test('no cluster is reached out of a network namespace', () => {
  assert.throws(() => decide('4.0', 'spark://host:7077', 'namespace'), { code: 'bad_isolation' })
  assert.equal(decide('4.0', 'local', 'namespace'), 'namespace')
})
