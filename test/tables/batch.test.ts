import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { batchToIpc, batchToRows, ipcToBatch, rowsToBatch } from '../../tables/batch.ts'
import { type Column, nullable } from '../../tables/column.ts'

const columns = {
  text: nullable('text', ''),
  int32: nullable('int32', ''),
  int64: nullable('int64', ''),
  float32: nullable('float32', ''),
  float64: nullable('float64', ''),
  boolean: nullable('boolean', ''),
  timestamp: nullable('timestamp', ''),
  text_list: nullable('text_list', ''),
  vector: nullable('vector', ''),
  binary: nullable('binary', ''),
} as const

const wholeText = fc.string({ unit: 'grapheme' })
const row = fc.record(
  {
    text: fc.option(wholeText),
    int32: fc.option(fc.integer()),
    int64: fc.option(fc.maxSafeInteger()),
    float32: fc.option(fc.float({ noNaN: true })),
    float64: fc.option(fc.double({ noNaN: true })),
    boolean: fc.option(fc.boolean()),
    timestamp: fc.option(fc.maxSafeInteger()),
    text_list: fc.option(fc.array(wholeText)),
    vector: fc.option(fc.float32Array({ noNaN: true })),
    binary: fc.option(fc.uint8Array()),
  },
  { noNullPrototype: true },
)

test('rows of every column type survive the way through Arrow and its IPC stream', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 20 }), rows => {
      const back = batchToRows(columns, ipcToBatch(batchToIpc(rowsToBatch(columns, rows))))
      assert.deepEqual(back, rows)
    }),
  )
})

const refused: readonly [what: string, column: Column, value: unknown][] = [
  ['a null where the column is NOT NULL', { type: 'text', nullable: false, doc: '' }, null],
  ['a fraction as an int32', nullable('int32', ''), 1.5],
  ['an int32 above 2^31 - 1', nullable('int32', ''), 2 ** 31],
  ['an int32 below -2^31', nullable('int32', ''), -(2 ** 31) - 1],
  ['an int64 above 2^53', nullable('int64', ''), 2 ** 53],
]
for (const [what, column, value] of refused)
  test(`${what} is refused with the column, the row and the value`, () => {
    assert.throws(
      () => rowsToBatch({ c: column }, [{ c: value as string }]),
      (error: Error & { code: string }) =>
        error.code === 'bad_value' && error.message.includes(`column c, row 0: ${String(value)}`),
    )
  })
