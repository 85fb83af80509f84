import assert from 'node:assert/strict'
import test from 'node:test'
import { tableFromArrays, tableToIPC } from 'apache-arrow'
import fc from 'fast-check'
import {
  type ArrowMessage,
  firstMessageLength,
  readArrowMessage,
} from '../../../../engines/spark/worker/arrowMessage.ts'
import { ConnectionClosed } from '../../../../engines/spark/worker/ByteSource.ts'
import { byteSource } from './byteSource.ts'

const table = fc
  .array(fc.record({ text: fc.string(), number: fc.double() }), { maxLength: 20 })
  .map(rows =>
    tableFromArrays({ text: rows.map(row => row.text), number: Float64Array.from(rows, row => row.number) }),
  )

test('a stream is read message by message, to its end and not a byte further', async () => {
  const property = fc.asyncProperty(table, fc.uint8Array(), async (given, rest) => {
    const stream = tableToIPC(given, 'stream')
    const source = byteSource(Buffer.concat([stream, rest]))
    const messages: ArrowMessage[] = []
    for (;;) {
      const message = await readArrowMessage(source)
      if (message === undefined) break
      messages.push(message)
    }
    assert.equal(messages[0]?.kind, 'schema')
    assert.equal(source.left(), rest.length)
    const end = Buffer.of(255, 255, 255, 255, 0, 0, 0, 0)
    assert.deepEqual(Buffer.concat([...messages.map(({ bytes }) => bytes), end]), Buffer.from(stream))
    for (const { bytes } of messages) assert.equal(bytes.buffer.byteLength, bytes.length)
    assert.equal(firstMessageLength(stream), messages[0]?.bytes.length)
  })
  await fc.assert(property, { numRuns: 100, seed: 1 })
})

test('bytes that are no stream are refused, whatever they are', async () => {
  const stream = tableToIPC(tableFromArrays({ number: Float64Array.of(1, 2) }), 'stream')
  const damage = fc.record({ at: fc.nat(stream.length - 1), value: fc.nat(255) })
  const property = fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 4 }), async changes => {
    const bytes = Buffer.from(stream)
    for (const { at, value } of changes) bytes[at] = value
    const source = byteSource(bytes)
    try {
      while ((await readArrowMessage(source, { bodyBytes: 10_000 })) !== undefined);
    } catch (thrown) {
      if (thrown instanceof ConnectionClosed) return
      assert.match(String((thrown as { code?: string }).code), /^(bad_arrow_stream|batch_too_large)$/)
    }
  })
  await fc.assert(property, { numRuns: 500, seed: 1 })
})
