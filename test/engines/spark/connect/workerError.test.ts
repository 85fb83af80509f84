import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { workerError } from '../../../../engines/spark/connect/workerError.ts'

const anything = fc.string({ unit: 'binary', minLength: 1 })
const reports = fc.record({
  code: fc.stringMatching(/^[a-z_]{3,20}$/),
  fault: fc.constantFrom('user', 'system'),
  message: anything,
  hint: anything,
  stack: anything,
})

test('every reported error comes back whole, wherever its line stands', () => {
  fc.assert(
    fc.property(reports, fc.boolean(), (report, indented) => {
      const line = `imagehub-error: ${JSON.stringify(report)}`
      const text = `Job aborted: PythonException: ${indented ? '\n   ' : ''}${line}\n\tat org.apache.spark.X`
      const error = workerError(['nothing here', text])
      assert.ok(error !== undefined)
      const { code, fault, message, hint, stack } = error
      assert.deepEqual({ code, fault, message, hint, stack }, { ...report })
    }),
  )
})

test('a line that was cut off gives what is left of it, once code and message have begun', () => {
  fc.assert(
    fc.property(reports, fc.double({ min: 0, max: 1, noNaN: true }), (report, share) => {
      const json = JSON.stringify(report)
      const start = json.indexOf('"message":"') + '"message":"'.length
      const cut = json.slice(0, start + Math.floor(share * (json.length - start)))
      // Spark ends what it cuts with dots.
      const error = workerError([`imagehub-error: ${cut}...`])
      if (error === undefined) return assert.ok(cut.length < json.length)
      assert.equal(error.code, report.code)
      assert.equal(error.fault, report.fault)
      assert.ok(report.message.startsWith(error.message.replace(/\.+$/, '').slice(0, 5).replace(/\.+$/, '')))
    }),
  )
})

test('the whole line wins over one that was cut off', () => {
  const whole = `imagehub-error: ${JSON.stringify({ code: 'c', message: 'm', stack: 's' })}`
  assert.equal(workerError([whole.slice(0, -8), whole])?.stack, 's')
})

test('other texts report nothing', () => {
  for (const text of [
    '',
    'imagehub-error:',
    'imagehub-error: {',
    'imagehub-error: null',
    'imagehub-error: {"code":1,"message":"m"}',
  ]) {
    assert.equal(workerError([text]), undefined)
  }
})
