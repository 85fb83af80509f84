import assert from 'node:assert/strict'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { before, describe, test } from 'node:test'
import { type RecordBatch, tableFromArrays } from 'apache-arrow'
import { SparkSession } from '../../../../engines/spark/connect/SparkSession.ts'
import { sparkLines } from '../../../../engines/spark/setup/sparkLines.ts'
import { sparkForTests, startTestSpark, type TestSpark } from '../../../support/spark.ts'
import { suiteScope } from '../../../support/suiteScope.ts'
import { temporaryFolder } from '../../../support/temporaryFolder.ts'

/** Rows as plain objects, numbers of 64 bits as bigint. */
async function rowsOf(batches: AsyncIterable<RecordBatch>): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = []
  for await (const batch of batches) for (const row of batch) rows.push(row.toJSON())
  return rows
}

const spark = await sparkForTests()

for (const line of sparkLines) {
  describe(`Spark ${line}`, { skip: spark.skip }, () => {
    const scope = suiteScope()
    let server: TestSpark
    let session: SparkSession
    before(async () => {
      server = await startTestSpark(scope, { line })
      session = await SparkSession.open({ address: server.address })
      scope.after(() => session.close())
    })

    test('a session says which Spark it talks to', () => {
      assert.match(session.version, new RegExp(`^${line.replace('.', '\\.')}\\.`))
      assert.match(session.sessionId, /^[0-9a-f-]{36}$/)
    })

    test('a query gives its rows in order, whatever the number of partitions and batches', async () => {
      await session.setConfig({ 'spark.sql.execution.arrow.maxRecordsPerBatch': '700' })
      let next = 0n
      let batches = 0
      for await (const batch of session.sql('SELECT id FROM range(0, 20000, 1, 7)').batches()) {
        batches += 1
        for (const { id } of batch) assert.equal(id, next++)
      }
      assert.equal(next, 20_000n)
      assert.ok(batches >= 20_000 / 700)
    })

    test('a query without rows gives no batch', async () => {
      assert.deepEqual(await rowsOf(session.sql('SELECT id FROM range(0)').batches()), [])
    })

    test('a schema reads as the DDL that made it', async () => {
      const types = [
        'TINYINT',
        'SMALLINT',
        'INT',
        'BIGINT',
        'FLOAT',
        'DOUBLE',
        'DECIMAL(12,3)',
        'STRING',
        'BINARY',
        'BOOLEAN',
        'DATE',
        'TIMESTAMP',
        'TIMESTAMP_NTZ',
        'INTERVAL YEAR TO MONTH',
        'INTERVAL MONTH',
        'INTERVAL DAY TO SECOND',
        'INTERVAL HOUR TO MINUTE',
        'ARRAY<FLOAT>',
        'MAP<STRING, ARRAY<INT>>',
        'STRUCT<`a b`: INT, `c``d`: STRUCT<`e`: BINARY>>',
        ...(line === '4.0' ? ['VARIANT'] : []),
      ]
      const columns = types.map((type, index) => `CAST(NULL AS ${type}) AS c${index}`)
      const fields = await session.sql(`SELECT ${columns.join(', ')}`).schema()
      assert.deepEqual(
        fields,
        types.map((type, index) => ({ name: `c${index}`, type, nullable: true })),
      )
      const [field] = await session.sql('SELECT 1 AS `odd ``name`').schema()
      assert.deepEqual(field, { name: 'odd `name', type: 'INT', nullable: false })
    })

    test('columns, conditions, limits and partitions are chosen without asking the server', async () => {
      const table = session
        .sql('SELECT id FROM range(100)')
        .select('id', 'id % 3 AS rest', 'spark_partition_id() AS old')
        .where('rest = 1 AND id > 50')
        .repartition(5, 'id')
        .repartition(4)
        .select('id', 'spark_partition_id() AS partition')
      const rows = await rowsOf(table.batches())
      assert.equal(rows.length, 16)
      assert.ok(rows.every(({ id }) => (id as bigint) % 3n === 1n && (id as bigint) > 50n))
      assert.ok(new Set(rows.map(({ partition }) => partition)).size > 1)
      assert.equal((await rowsOf(table.limit(3).batches())).length, 3)
      assert.match(await table.explain(), /Project/)
    })

    test('a statement runs at once, a view is known to later queries of the session only', async () => {
      await session.run('CREATE OR REPLACE TEMPORARY VIEW by_sql AS SELECT 7 AS seven')
      await session.sql('SELECT seven + 1 AS eight FROM by_sql').createView('by_plan')
      assert.deepEqual(await rowsOf(session.sql('SELECT * FROM by_plan').batches()), [{ eight: 8 }])
      await using other = await SparkSession.open({ address: server.address })
      await assert.rejects(other.sql('SELECT * FROM by_plan').schema(), { code: 'spark_failed' })
    })

    test('settings are read as they were set', async () => {
      await session.setConfig({ 'spark.sql.shuffle.partitions': '3' })
      assert.deepEqual(await session.config(['spark.sql.shuffle.partitions', 'spark.imagehub.nothing']), {
        'spark.sql.shuffle.partitions': '3',
        'spark.imagehub.nothing': undefined,
      })
    })

    test('rows that are written are read again, by partition', async t => {
      const path = join(await temporaryFolder(t), 'table')
      const table = session.sql("SELECT id, id % 2 AS half, 'x,y' AS text FROM range(10)")
      await table.write({ format: 'parquet', path, mode: 'error', partitionBy: ['half'] })
      assert.ok((await readdir(path)).includes('half=0'))
      const read = session
        .read({ format: 'parquet', paths: [path] })
        .where('half = 1')
        .select('sum(id) AS sum')
      assert.deepEqual(await rowsOf(read.batches()), [{ sum: 25n }])
      await assert.rejects(table.write({ format: 'parquet', path, mode: 'error' }), { code: 'spark_failed' })
      await table.write({ format: 'csv', path, mode: 'overwrite', options: { sep: ';' } })
      const csv = session.read({
        format: 'csv',
        paths: [path],
        options: { sep: ';' },
        schema: 'id INT, half INT, text STRING',
      })
      assert.deepEqual(await rowsOf(csv.where('id = 3').batches()), [{ id: 3, half: 1, text: 'x,y' }])
      await table.write({ format: 'noop', mode: 'overwrite' })
    })

    for (const rows of [0, 3, 100_000]) {
      test(`a table of ${rows} rows at hand becomes one of Spark's`, async () => {
        const table = tableFromArrays({ id: Int32Array.from({ length: rows }, (_, index) => index) })
        const twice = [
          await session.fromBatches({ batches: table.batches }),
          await session.fromBatches({ batches: table.batches }),
        ]
        for (const frame of twice) {
          const [row] = await rowsOf(frame.select('count(*) AS n', 'coalesce(sum(id), 0) AS sum').batches())
          assert.deepEqual(row, { n: BigInt(rows), sum: (BigInt(rows) * BigInt(rows - 1)) / 2n })
        }
      })
    }

    test('a closed session leaves the other ones alone, and closing it twice does no harm', async () => {
      const other = await SparkSession.open({ address: server.address })
      await other.close()
      await other.close()
      await assert.rejects(other.sql('SELECT 1').schema(), { code: 'spark_session_lost' })
      assert.equal((await session.sql('SELECT 1 AS one').schema()).length, 1)
    })
  })
}
