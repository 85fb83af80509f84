import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after } from 'node:test'
import fc from 'fast-check'
import { numberRows } from '../../local/doublingRun.ts'
import { doublingInput, doublingOutput } from '../../local/stages/doubling.ts'
import { JavaWriter } from './javaWriter.ts'
import { inputStream, SparkConnection, WorkerUnderTest } from './SparkSide.ts'
import { sparkLines, taskHeader } from './taskHeader.ts'
import { inBatches, stageCommand, workerScene } from './workerScene.ts'

const scene = await workerScene({ after })
const { launcher } = scene.archive
const bundle = await scene.bundle('../../local/stages/doubling.ts')
const command = stageCommand(doublingOutput, { bundle, params: { log: join(scene.folder, 'log') } })
const batches = inBatches(doublingInput, numberRows(8), 4)
/** Time-outs are short here, so that what is cut off ends soon. */
const environment = { IMAGEHUB_WORKER_HEADER_SECONDS: '0.5', IMAGEHUB_WORKER_SILENCE_SECONDS: '0.5' }

/** Sends bytes as a task. @returns the worker's error, or nothing where it closed the connection without a word */
async function send(worker: WorkerUnderTest, bytes: Uint8Array): Promise<string> {
  const connection = await worker.connect()
  try {
    connection.write(bytes)
    const mark = await connection.int().catch(() => undefined)
    if (mark === -2) return await connection.text()
    // Damage may hit what does not matter.
    return mark === undefined ? '' : 'an answer'
  } finally {
    connection.close()
  }
}

async function works(worker: WorkerUnderTest): Promise<void> {
  assert.equal((await worker.run({ command, batches })).batches.length, 2)
}

async function peakMegabytes(worker: WorkerUnderTest): Promise<number> {
  const status = await readFile(`/proc/${worker.pid}/status`, 'utf8')
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024
}

test('who does not know the secret gets no further, and learns nothing of it', async t => {
  const worker = await WorkerUnderTest.start(t, { launcher, environment })
  for (const shown of ['', 'a secret of Spark ', 'a secret of Spar', 'x'.repeat(5000)])
    await assert.rejects(worker.connect(shown), /the daemon answers err/)
  for (const bytes of [
    Buffer.from('GET / HTTP/1.1\r\n\r\n'),
    new JavaWriter().int(-5).bytes(),
    new JavaWriter().int(2 ** 31 - 1).bytes(),
    Buffer.of(0),
  ]) {
    const connection = await SparkConnection.open(worker.port)
    await connection.id()
    connection.write(bytes)
    await assert.rejects(connection.text(), /closed the connection/)
  }
  await works(worker)
  assert.doesNotMatch(worker.stderr, /a secret of Spark/)
})

test('without a secret of its own, the daemon lets nobody in', async t => {
  const worker = await WorkerUnderTest.start(t, {
    launcher,
    environment: { PYTHON_WORKER_FACTORY_SECRET: '' },
  })
  await assert.rejects(worker.connect(''), /the daemon answers err/)
})

test('garbage as a task ends its connection alone, soon and without much memory', async t => {
  const worker = await WorkerUnderTest.start(t, { launcher, environment })
  await works(worker)
  const property = fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 300 }), async bytes => {
    await send(worker, bytes)
  })
  await fc.assert(property, { numRuns: 25, seed: 4 })
  await works(worker)
  assert.ok((await peakMegabytes(worker)) < 400)
})

for (const line of sparkLines)
  test(`a header of Spark ${line} cut anywhere, or with a wrong length anywhere, is refused soon and without much memory`, async t => {
    const worker = await WorkerUnderTest.start(t, { launcher, line, environment })
    await works(worker)
    const header = taskHeader({ line, command, gpu: '0' })
    const [schema = Buffer.of()] = inputStream(batches)
    const whole = Buffer.concat([header, schema])
    const cut = fc.asyncProperty(fc.integer({ min: 1, max: whole.length - 1 }), async length => {
      assert.match(await send(worker, whole.subarray(0, length)), /imagehub-error/)
    })
    await fc.assert(cut, { numRuns: 10, seed: 1 })
    const damage = fc.record({
      at: fc.integer({ min: 4, max: whole.length - 4 }),
      value: fc.constantFrom(-1, 2 ** 31 - 1, 2 ** 30, 100_001, -(2 ** 31)),
    })
    const damaged = fc.asyncProperty(damage, async ({ at, value }) => {
      const bytes = Buffer.from(whole)
      bytes.writeInt32BE(value, at)
      await send(worker, bytes)
    })
    await fc.assert(damaged, { numRuns: 15, seed: 2 })
    await works(worker)
    assert.ok((await peakMegabytes(worker)) < 500, `${await peakMegabytes(worker)} MB`)
  })

test('an Arrow stream that is none is refused', async t => {
  const worker = await WorkerUnderTest.start(t, { launcher, environment })
  const header = taskHeader({ line: '4.0', command })
  const [schema = Buffer.of()] = inputStream([], doublingInput)
  const [, second = Buffer.of()] = inputStream(batches)
  const long = Buffer.alloc(8)
  long.writeUInt32LE(0xffffffff)
  long.writeInt32LE(2 ** 31 - 1, 4)
  for (const stream of [
    Buffer.from('no Arrow at all'),
    long,
    second,
    Buffer.concat([schema, schema]),
    Buffer.concat([schema, Buffer.from(second).fill(7, 8)]),
  ]) {
    assert.match(await send(worker, Buffer.concat([header, stream])), /^(bad_arrow_stream|stage_failed)/)
  }
  await works(worker)
})
