import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { before, describe, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import type { RecordBatch } from 'apache-arrow'
import { bundleStage } from '../../../../engines/spark/bundle/bundleStage.ts'
import { type WorkerArchive, workerArchive } from '../../../../engines/spark/bundle/workerArchive.ts'
import { SparkSession } from '../../../../engines/spark/connect/SparkSession.ts'
import { sparkLines } from '../../../../engines/spark/setup/sparkLines.ts'
import { type Columns, sparkDdl } from '../../../../tables/defineTable.ts'
import { sparkForTests, startTestSpark, type TestSpark } from '../../../support/spark.ts'
import { suiteScope } from '../../../support/suiteScope.ts'
import { temporaryFolder } from '../../../support/temporaryFolder.ts'
import { doublingOutput } from '../../local/stages/doubling.ts'
import { recordedTasks } from './recordedTask.ts'
import { writeRecordingLauncher } from './recordingWorker.ts'
import { faultyOutput } from './stages/faulty.ts'
import { tellingOutput } from './stages/telling.ts'
import { totalOutput } from './stages/total.ts'
import { rowsOf, stageCommand } from './workerScene.ts'

const spark = await sparkForTests()
const fixtures = join(import.meta.dirname, '../../../fixtures/spark')
const rows = (count: number, partitions: number) =>
  `SELECT concat('row ', id) AS id, id AS number FROM range(0, ${count}, 1, ${partitions})`

for (const line of sparkLines)
  describe(`workers of Spark ${line}`, { skip: spark.skip }, () => {
    const scope = suiteScope()
    let folder: string
    let server: TestSpark
    let archive: WorkerArchive
    before(async () => {
      folder = await temporaryFolder(scope)
      archive = await workerArchive({ cacheFolder: folder })
      server = await startTestSpark(scope, { line })
    })

    /** A session whose stages run in workers that a launcher starts. */
    async function open(launcher = archive.launcher): Promise<SparkSession> {
      const session = await SparkSession.open({ address: server.address })
      await session.setConfig({
        'spark.sql.execution.pyspark.python': launcher,
        'spark.sql.execution.arrow.maxRecordsPerBatch': '8',
      })
      scope.after(() => session.close())
      return session
    }

    async function bundle(module: string): Promise<string> {
      return (await bundleStage(new URL(module, import.meta.url).href, { cacheFolder: folder })).path
    }

    async function run<C extends Columns>(
      session: SparkSession,
      sql: string,
      output: C,
      command: { module: string; params?: object; kind?: 'map' | 'aggregate'; signal?: AbortSignal },
    ) {
      const { module, params = {}, kind = 'map', signal } = command
      const mapped = await session.sql(sql).mapInArrow({
        name: 'node',
        command: stageCommand(output, { bundle: await bundle(module), params, kind }),
        output: sparkDdl(output),
      })
      const batches: RecordBatch[] = []
      for await (const batch of mapped.batches({ signal })) batches.push(batch)
      return rowsOf(output, batches)
    }
    const doubling = (params: object = {}) => ({
      module: '../../local/stages/doubling.ts',
      params: { log: join(folder, 'log'), ...params },
    })

    test('rows come back as the stage made them, of many and of empty partitions', async () => {
      const session = await open()
      for (const [count, partitions] of [
        [100, 3],
        [3, 6],
        [0, 2],
      ] as const) {
        const found = await run(session, rows(count, partitions), doublingOutput, doubling())
        const expected = Array.from({ length: count }, (_, number) => ({
          id: `row ${number}`,
          doubled: 2 * number,
          problem: null,
        }))
        assert.deepEqual(
          found.sort((a, b) => (a.doubled ?? 0) - (b.doubled ?? 0)),
          expected,
        )
      }
      const sums = await run(session, rows(100, 4), totalOutput, {
        module: './stages/total.ts',
        kind: 'aggregate',
      })
      assert.equal(
        sums.reduce((total, { sum }) => total + sum, 0),
        4950,
      )
    })

    test('what Spark sends is understood to the last byte, as in the bytes that were recorded', async () => {
      const recordings = await temporaryFolder(scope)
      const session = await open(await writeRecordingLauncher(recordings, archive.launcher))
      for (let time = 0; time < 2; time++) await run(session, rows(20, 2), doublingOutput, doubling())
      const names = (await readdir(recordings)).filter(name => name.endsWith('.bin'))
      const tasks = []
      for (const name of names) {
        const recorded = await recordedTasks(await readFile(join(recordings, name)), { secret: true })
        tasks.push(...recorded)
      }
      assert.ok(tasks.length >= 4)
      for (const { header, command, settings, messages } of tasks) {
        assert.equal(header.attempt, 0)
        assert.equal(command.stage, 'doubling')
        assert.ok(settings.size > 0)
        assert.deepEqual(messages, ['schema', 'batch', 'batch'])
      }
      if (process.env.UPDATE_FIXTURES === '1' && tasks[0] !== undefined)
        await writeFile(join(fixtures, `task-${server.version}.bin`), tasks[0].bytes)
    })

    test('a stage that throws fails the job with its own error, and the session goes on', async () => {
      const session = await open()
      const faults = { 'row 17': 'throw' }
      await assert.rejects(
        run(session, rows(40, 2), doublingOutput, doubling({ faults })),
        (error: Error) => {
          const said = `${error.message}\n${(error.cause as Error | undefined)?.stack}`
          assert.match(said, /stage doubling: cannot double row 17/)
          assert.match(said, /test\/engines\/local\/stages\/doubling\.ts:\d+/)
          return true
        },
      )
      assert.equal((await run(session, rows(5, 1), doublingOutput, doubling())).length, 5)
    })

    test('a limit takes what it needs, and an interrupt ends a stage that hangs', async () => {
      const session = await open()
      const told = { module: './stages/telling.ts' }
      const all = await run(session, 'SELECT string(id) AS id FROM range(0, 100, 1, 2)', tellingOutput, told)
      const mapped = await session.sql('SELECT string(id) AS id FROM range(0, 1000000, 1, 2)').mapInArrow({
        name: 'node',
        command: stageCommand(tellingOutput, { bundle: await bundle(told.module), params: {} }),
        output: sparkDdl(tellingOutput),
      })
      await mapped.createView('told')
      let limited = 0
      for await (const { numRows } of session.sql('SELECT * FROM told LIMIT 5').batches()) limited += numRows
      assert.equal(limited, 5)
      const hanging = run(session, 'SELECT string(id) AS id FROM range(0, 4, 1, 2)', faultyOutput, {
        module: './stages/faulty.ts',
        params: { how: 'busy' },
      })
      let over = false
      const ended = hanging.then(
        () => assert.fail('a hanging stage gives rows'),
        () => {
          over = true
        },
      )
      // On a busy machine the job may begin later.
      for (; !over; await sleep(500)) await session.interrupt()
      await ended
      const again = await run(session, 'SELECT string(id) AS id FROM range(0, 10, 1, 1)', tellingOutput, told)
      assert.equal(again[0]?.process, all[0]?.process, 'the worker process lives on')
    })
  })

describe('recorded bytes of each Spark', () => {
  for (const line of sparkLines)
    test(`a task of Spark ${line} is read to its last byte`, async () => {
      const [name = ''] = (await readdir(fixtures)).filter(name => name.startsWith(`task-${line}.`))
      const [task, ...more] = await recordedTasks(await readFile(join(fixtures, name)), { secret: false })
      assert.deepEqual(more, [])
      assert.ok(task)
      assert.equal(task.header.partition, task.partition)
      assert.equal(task.header.attempt, 0)
      assert.equal(task.header.cpus, 1)
      assert.deepEqual([...task.header.resources], [])
      assert.match(task.header.filesFolder, /^\/.*userFiles/)
      assert.match(task.settings.get('spark.sql.session.timeZone') ?? '', /UTC/)
      assert.equal(task.command.protocol, 1)
      assert.match(basename(task.command.bundle), /^stage-[0-9a-f]{16}\.mjs$/)
      assert.equal(basename(dirname(task.command.bundle)), 'spark')
      assert.deepEqual(task.messages, ['schema', 'batch', 'batch'])
    })
})
