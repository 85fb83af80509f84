import assert from 'node:assert/strict'
import test from 'node:test'
import { openEngine } from '../../cli/engineArguments.ts'

test('an option of the other engine, and a time that is none, are refused by name', async () => {
  const cases: [given: Parameters<typeof openEngine>[0], message: RegExp][] = [
    [{ 'stage-seconds': 60 }, /--stage-seconds says something to the spark engine, but the engine is local/],
    [{ engine: 'spark', workers: 2 }, /--workers says something to the local engine/],
    [{ engine: 'spark', 'stage-seconds': 0 }, /--stage-seconds is 0/],
    [{ engine: 'spark', 'executor-seconds': Number.NaN }, /--executor-seconds is NaN/],
    [{ engine: 'spark', master: 'local[2]', connect: 'sc://localhost:15002' }, /were both given/],
    [{ engine: 'spark', 'spark-conf': ['executor.memory=1g'] }, /--spark-conf is executor\.memory/],
  ]
  for (const [given, message] of cases)
    await assert.rejects(openEngine(given), { code: /bad_option|usage/, message, fault: 'user' })
})

test('a secret in a setting is not repeated where the setting is refused', async () => {
  const given = { engine: 'spark', 'spark-conf': ['hadoop.fs.s3a.secret.key=topsecret'] } as const
  await assert.rejects(openEngine({ ...given, 'spark-conf': [...given['spark-conf']] }), (error: Error) => {
    assert.doesNotMatch(`${error.message}`, /topsecret/)
    return true
  })
})
