import assert from 'node:assert/strict'
import test from 'node:test'
import { HubError } from '../../base/HubError.ts'
import { errorCalls, errorMessage } from '../../cli/errorText.ts'

test('an internal error of DuckDB is one line, and its calls are those of this program', () => {
  const error = new Error(
    'INTERNAL Error: Attempted to access index 2 within vector of size 2\n\nStack Trace:\n\n/lib/libduckdb.so(_ZN6duckdb9Exception) [0x7f]\n/lib/libc.so(+0x9) [0x7e]\n\nThis error signals an assertion failure within DuckDB.',
  )
  assert.equal(errorMessage(error), 'INTERNAL Error: Attempted to access index 2 within vector of size 2')
  const calls = errorCalls(error).trimEnd().split('\n')
  assert.match(calls[0] ?? '', /^ {4}at .*errorText\.test\.ts:\d+:\d+\)?$/)
  for (const call of calls) assert.match(call, /^ {4}at /)
})

test('a message in several lines becomes one; what a HubError says is left as it is, without calls', () => {
  assert.equal(errorMessage(new Error('first\n  second\n')), 'first second')
  const known = new HubError({ code: 'bad_sql', message: 'SELECT x\n       ^' })
  assert.deepEqual([errorMessage(known), errorCalls(known)], ['SELECT x\n       ^', ''])
})
