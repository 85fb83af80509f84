import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import type { LogPart } from '../../../emr/diagnose/Log.ts'
import { LogReading } from '../../../emr/diagnose/LogReading.ts'
import { defaultLogLimits, logLines } from '../../../emr/diagnose/logLines.ts'

function part(...chunks: readonly Uint8Array[]): LogPart {
  async function* bytes() {
    yield* chunks
  }
  return { file: 'stderr', open: async () => bytes() }
}

const linesOf = async (parts: readonly LogPart[], limits = defaultLogLimits) =>
  (await Array.fromAsync(logLines({ parts }, limits))).flat()

test('parts are read as one log, wherever they and their chunks are cut', async () => {
  const text = 'first\nzweite Zeile mit Ümläuten 💥\r\n\nlast without an end'
  const bytes = Buffer.from(text)
  const cut = fc.array(fc.nat(bytes.length), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(cut, fc.boolean(), fc.integer({ min: 1, max: 9 }), async (cuts, packed, size) => {
      const ends = [...cuts, bytes.length].sort((a, b) => a - b)
      const parts = ends.map((end, index) => {
        const plain = bytes.subarray(ends[index - 1] ?? 0, end)
        const stored = packed ? gzipSync(plain) : plain
        const chunks = Array.from({ length: Math.ceil(stored.length / size) }, (_, at) =>
          stored.subarray(at * size, (at + 1) * size),
        )
        return part(...chunks)
      })
      assert.deepEqual(await linesOf(parts), text.replace('\r', '').split('\n'))
    }),
    { seed: 3, numRuns: 100 },
  )
})

test('a gzip that ends in its middle gives what is readable, and the next part goes on', async () => {
  const lines = Array.from({ length: 5000 }, (_, index) => `line ${index} ${Math.sin(index)}\n`)
  const packed = gzipSync(lines.join(''))
  const found = await linesOf([part(packed.subarray(0, packed.length / 2)), part(Buffer.from('\nthe end\n'))])
  assert.equal(found[0], lines[0]?.trim())
  assert.ok(found.length > 1000 && found.length < 5000)
  assert.equal(found.at(-1), 'the end')
})

test('lines and logs longer than allowed are cut', async () => {
  const limits = { bytes: 1000, lineCharacters: 10 }
  assert.deepEqual(await linesOf([part(Buffer.from(`${'a'.repeat(500)}\nb\n`))], limits), ['aaaaaaaaaa', 'b'])
  const bomb = gzipSync(Buffer.alloc(50_000_000, 'x\n'))
  assert.equal((await linesOf([part(bomb)], limits)).length, 500)
})

test('200 MB of log, some of it in one endless line, are read in little memory and time', async () => {
  const noise = Buffer.from(
    Array.from(
      { length: 2000 },
      (_, index) =>
        `26/11/24 03:13:02 WARN TaskSetManager: Lost task ${index}.0 in stage 1.0 (TID ${index}) (ip-10-0-1-31 executor 2): TaskKilled (another attempt succeeded)\n\tat org.apache.spark.Task.run(Task.scala:${index})\n26/11/24 03:13:02 INFO BlockManagerInfo: Removed broadcast_${index}\n`,
    ).join(''),
  )
  const endless = Buffer.alloc(1024 * 1024, 'ERROR executor 1) OutOfMemory imagehub: "code": "application_')
  let most = 0
  async function* bytes() {
    for (let written = 0; written < 150e6; written += noise.length) {
      most = Math.max(most, process.memoryUsage().rss)
      yield noise
    }
    for (let megabytes = 0; megabytes < 50; megabytes += 1) yield endless
    yield Buffer.from('\njava.io.IOException: No space left on device\n')
  }
  const before = process.memoryUsage().rss
  const reading = new LogReading()
  const started = performance.now()
  await reading.read('step', 'stderr', logLines({ parts: [{ file: 'stderr', open: async () => bytes() }] }))
  const seconds = (performance.now() - started) / 1000
  assert.equal(reading.ranked()[0]?.cause, 'disk_full')
  assert.ok(most - before < 150e6, `${(most - before) / 1e6} MB more`)
  assert.ok(seconds < 60, `${seconds} s`)
})

test('no line takes long, however it is made', () => {
  const words = fc.constantFrom(
    'Container killed by YARN for exceeding ',
    'executor 2) ',
    'Access Denied ',
    'yarn.io/gpu ',
    's3://a/',
    'token=',
    '"code": "',
    '/a/b.c/',
    'On the master instance ',
    ' ',
    'A'.repeat(40),
    '1.',
  )
  const line = fc
    .array(words, { minLength: 500, maxLength: 2000 })
    .map(parts => parts.join('').slice(0, 8192))
  return fc.assert(
    fc.asyncProperty(line, async text => {
      const reading = new LogReading()
      async function* once() {
        yield [text]
      }
      const started = performance.now()
      await reading.read('step', 'stderr', once())
      assert.ok(performance.now() - started < 2000, text.slice(0, 200))
    }),
    { seed: 5, numRuns: 60 },
  )
})
