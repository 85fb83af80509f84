import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { StartFailure } from '../../../../engines/spark/server/keeperMessages.ts'
import { startFailure } from '../../../../engines/spark/server/startFailure.ts'
import { sparkReleases } from '../../../../engines/spark/setup/sparkLines.ts'

function explain(failure: StartFailure, masterUrl = 'local[2]') {
  const {
    code,
    message,
    hint = '',
    fault,
  } = startFailure({
    failure,
    release: sparkReleases['4.0'],
    masterUrl,
    port: 15_002,
    driverMemory: '1g',
    logFile: '/logs/spark.log',
    startMilliseconds: 1000,
  })
  return { code, message, hint, fault }
}

const ended = (tail: string): StartFailure => ({ kind: 'ended', how: 'code 1', tail })

test('what Spark says of a mistake becomes its own error', () => {
  assert.equal(
    explain(ended('Caused by: java.net.BindException: Address already in use')).code,
    'port_in_use',
  )
  assert.equal(explain(ended('Invalid maximum heap size: -Xmxmuch')).code, 'bad_driver_memory')
  const silent = explain(ended('ERROR Backend: All masters are unresponsive! Giving up.'), 'spark://a:1')
  assert.equal(silent.code, 'master_unreachable')
  assert.match(silent.hint, /is it Spark 4\.0\.1, not 3\.5\.7\?/)
  const tail = 'INFO Client: Retrying connect to server: rm/10.0.0.1:8032. Already tried 9 time(s)'
  const yarn = explain({ kind: 'notReady', tail }, 'yarn')
  assert.equal(yarn.code, 'master_unreachable')
  assert.match(yarn.message, /rm\/10\.0\.0\.1:8032/)
})

test('any other end is told by the end of the log, and where all of it is', () => {
  const other = explain(ended('ERROR something new'))
  assert.equal(other.code, 'spark_server_failed')
  assert.equal(other.fault, 'system')
  assert.match(other.message, /^Spark 4\.0\.1's Connect server ended with code 1 .*\nERROR something new$/)
  assert.match(other.hint, /\/logs\/spark\.log/)
  const late = explain({ kind: 'notReady', tail: 'INFO busy' })
  assert.match(late.message, /did not answer within 1 s; its log ends:\nINFO busy/)
})
