import assert from 'node:assert/strict'
import { chmod, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { HubError } from '../../../../base/HubError.ts'
import { SparkError } from '../../../../engines/spark/connect/SparkError.ts'
import { SparkSession } from '../../../../engines/spark/connect/SparkSession.ts'
import { sparkLines } from '../../../../engines/spark/setup/sparkLines.ts'
import { sparkForTests, startTestSpark, type TestSpark } from '../../../support/spark.ts'
import { suiteScope } from '../../../support/suiteScope.ts'
import { temporaryFolder } from '../../../support/temporaryFolder.ts'

const spark = await sparkForTests()

/**
 * Keeps two cores busy for hours, and looks every thousand rows whether it was killed, which joins of large tables do not. Without a shuffle:
 * Spark 4.0 submits a shuffle's job from a thread of its own, and one that is interrupted while it plans may submit it all the same; that
 * job runs on with nobody to end it.
 */
const endless = 'SELECT id FROM range(0, 1000000000000, 1, 2) WHERE hash(id) = 7'

const reported = {
  code: 'bad_pixels',
  fault: 'user',
  message: 'stage doubling: image a.jpg has no "pixels"',
  hint: 'give it some',
  stack: 'HubError: stage doubling\n    at map (/stages/doubling.ts:12:34)',
}

async function failureOf(work: Promise<unknown>): Promise<SparkError> {
  try {
    await work
  } catch (error) {
    assert.ok(error instanceof SparkError, String(error))
    return error
  }
  throw new Error('it did not fail')
}

for (const line of sparkLines) {
  describe(`Spark ${line}`, { skip: spark.skip }, () => {
    const scope = suiteScope()
    let server: TestSpark
    let session: SparkSession
    before(async () => {
      const failureText = [
        `imagehub-error: ${JSON.stringify(reported)}`,
        'a readable line',
        ...Array.from({ length: 60 }, (_, index) => `    at frame${index} (/stages/doubling.ts:${index}:1)`),
      ].join('\n')
      server = await startTestSpark(scope, {
        line,
        conf: { 'spark.connect.progress.reportInterval': '100ms' },
        env: { ...process.env, FAILURE_TEXT: failureText },
      })
      session = await SparkSession.open({ address: server.address })
      scope.after(() => session.close())
    })

    test('what analysis refuses names class, SQL state and parameters', async () => {
      const error = await failureOf(session.sql('SELECT * FROM no_such_table').schema())
      assert.equal(error.code, 'spark_failed')
      assert.equal(error.errorClass, 'TABLE_OR_VIEW_NOT_FOUND')
      assert.match(
        error.message,
        /^Spark: \[TABLE_OR_VIEW_NOT_FOUND\] The table or view `no_such_table` cannot be found/,
      )
      assert.doesNotMatch(error.message, /\n/)
      assert.match(error.serverStack, /\tat org\.apache\.spark\./)
      if (line === '4.0') {
        assert.equal(error.sqlState, '42P01')
        assert.deepEqual(error.messageParameters, { relationName: '`no_such_table`' })
      }
    })

    test('what a task throws is told in one line, with the stack of both sides', async () => {
      const error = await failureOf(session.sql("SELECT raise_error('boom') FROM range(1)").batches().next())
      assert.match(error.message, /^Spark: .*boom/)
      assert.match(error.serverStack, /raiseError|GeneratedClass/)
    })

    test('what a worker reports in our own form becomes the cause, with its stack', async t => {
      const launcher = join(await temporaryFolder(t), 'worker')
      const worker = join(import.meta.dirname, 'failingWorker.ts')
      await writeFile(launcher, `#!/bin/sh\nexec '${process.execPath}' '${worker}' "$@"\n`)
      await chmod(launcher, 0o755)
      await session.setConfig({ 'spark.sql.execution.pyspark.python': launcher })
      const frame = await session.sql('SELECT id, `id` AS `odd ``name` FROM range(10)').mapInArrow({
        name: 'doubling',
        command: Buffer.from('{}'),
        output: 'id BIGINT, `odd name` ARRAY<FLOAT>',
      })
      assert.deepEqual(await frame.schema(), [
        { name: 'id', type: 'BIGINT', nullable: true },
        { name: 'odd name', type: 'ARRAY<FLOAT>', nullable: true },
      ])
      const error = await failureOf(frame.batches().next())
      assert.equal(error.message, `on Spark: ${reported.message}`)
      assert.equal(error.hint, reported.hint)
      assert.equal(error.fault, 'user')
      assert.match(error.executorText ?? '', /a readable line\n {4}at frame0 /)
      // Spark 3.5 cuts off what is longer than 2,048 characters.
      if (line === '4.0') assert.match(error.executorText ?? '', /at frame59 /)
      const { cause } = error
      assert.ok(cause instanceof HubError)
      const { code, message, hint, fault, stack } = cause
      assert.deepEqual({ code, message, hint, fault, stack }, reported)
    })

    test('an abort interrupts that execution alone, and throws its reason', async () => {
      const other = new AbortController()
      const running = session.sql(endless).batches({ signal: other.signal }).next()
      for (const milliseconds of [0, 5, 50, 700]) {
        const reason = new Error(`enough after ${milliseconds}`)
        const abort = new AbortController()
        const timer = setTimeout(() => abort.abort(reason), milliseconds)
        const work = session.sql(endless).write({ format: 'noop', mode: 'overwrite', signal: abort.signal })
        await assert.rejects(work, error => error === reason)
        clearTimeout(timer)
      }
      other.abort(new Error('the other too'))
      await assert.rejects(running, /the other too/)
      await assert.rejects(
        session.run('SELECT 1', { signal: AbortSignal.abort(new Error('before')) }),
        /before/,
      )
      await untilIdle(server)
    })

    test('who stops reading ends the execution', async () => {
      for await (const batch of session.sql('SELECT id FROM range(0, 10000000000, 1, 1000)').batches()) {
        assert.ok(batch.numRows > 0)
        break
      }
      await untilIdle(server)
    })

    test('an interrupted session says so where its work is waited for', async () => {
      const failing = failureOf(session.sql(endless).batches().next())
      const again = setInterval(() => session.interrupt(), 200)
      const error = await failing.finally(() => clearInterval(again))
      assert.equal(error.code, 'spark_interrupted')
    })

    if (line === '4.0') {
      test('progress counts tasks', async () => {
        const seen: [number, number][] = []
        const work = session.sql('SELECT sum(hash(id)) FROM range(0, 12000000, 1, 6)').write({
          format: 'noop',
          mode: 'overwrite',
          onProgress: ({ tasks, tasksDone, stages }) => {
            assert.ok(tasksDone <= tasks && (stages > 0 || tasks === 0))
            seen.push([tasksDone, tasks])
          },
        })
        await work
        assert.ok(
          seen.some(([, tasks]) => tasks >= 6),
          JSON.stringify(seen),
        )
        assert.deepEqual(
          [...seen].sort((a, b) => a[0] - b[0]),
          seen,
          'it never goes back',
        )
      })

      test('a wrong token is refused at once, and never shown', async () => {
        const token = 'not-the-right-one'
        const opening = SparkSession.open({ address: { ...server.address, token } })
        await assert.rejects(opening, (error: HubError) => {
          assert.equal(error.code, 'spark_denied')
          assert.doesNotMatch(`${error.message} ${error.hint} ${JSON.stringify(error)}`, new RegExp(token))
          return true
        })
      })
    }

    test('a plan that is too large is refused with advice', async () => {
      const text = 'x'.repeat(129 << 20)
      const sending = session.sql(`SELECT '${text}'`).schema()
      await assert.rejects(sending, { code: 'spark_message_too_large' })
    })
  })
}

/** Waits until no task runs: the other session of a fresh query gets both cores at once. */
async function untilIdle(server: TestSpark): Promise<void> {
  await using session = await SparkSession.open({ address: server.address })
  await session.sql('SELECT sum(id) FROM range(0, 1000, 1, 2)').batches().next()
}
