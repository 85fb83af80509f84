import assert from 'node:assert/strict'
import { test } from 'node:test'
import { logName, logParts } from '../../../emr/diagnose/logParts.ts'

test('a key tells its log and its hour, with dots and hyphens, packed or not', () => {
  assert.deepEqual(logName('steps/s-1/stderr.gz'), { log: 'steps/s-1/stderr', hour: undefined })
  assert.deepEqual(logName('steps/s-1/stderr'), { log: 'steps/s-1/stderr', hour: undefined })
  assert.deepEqual(logName('steps/s-1/syslog.2026-11-24-03.gz'), {
    log: 'steps/s-1/syslog',
    hour: '2026-11-24-03',
  })
  assert.deepEqual(logName('steps/s-1/stderr-2026-11-24-03.gz'), {
    log: 'steps/s-1/stderr',
    hour: '2026-11-24-03',
  })
  assert.deepEqual(logName('node/i-1/hadoop-yarn-nodemanager-ip-10-0-1-31.log.2026-11-24.gz'), {
    log: 'node/i-1/hadoop-yarn-nodemanager-ip-10-0-1-31.log',
    hour: '2026-11-24',
  })
})

test('parts stand oldest first, the one without an hour last; of a part stored twice the later counts', () => {
  const stored = [
    { key: 'a/stderr.gz', modifiedAt: 9 },
    { key: 'a/stderr', modifiedAt: 8 },
    { key: 'a/stderr.2026-11-24-10.gz', modifiedAt: 7 },
    { key: 'a/stderr.2026-11-24-09.gz', modifiedAt: 5 },
    { key: 'a/stderr.2026-11-24-09', modifiedAt: 6 },
    { key: 'a/stdout.gz', modifiedAt: 1 },
  ]
  assert.deepEqual([...logParts(stored)].sort(), [
    ['a/stderr', ['a/stderr.2026-11-24-09', 'a/stderr.2026-11-24-10.gz', 'a/stderr.gz']],
    ['a/stdout', ['a/stdout.gz']],
  ])
})
