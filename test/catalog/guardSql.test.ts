import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { HubError } from '../../base/HubError.ts'
import type { Catalog } from '../../catalog/Catalog.ts'
import { openCatalog } from '../../catalog/openCatalog.ts'
import { tinyRows } from '../sql/tinyHub.ts'
import { writeTables } from '../sql/writeTables.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

describe('SQL of a user', () => {
  const ends: (() => Promise<void>)[] = []
  let catalog: Catalog
  let folder: string
  let own: string
  before(async () => {
    folder = await temporaryFolder({
      after: end => ends.push(async () => void (await (end as () => unknown)())),
    })
    const files = await writeTables(folder, tinyRows)
    own = files.images?.[0] ?? ''
    await writeFile(join(folder, 'secret.csv'), 'a,b\n1,2\n')
    catalog = await openCatalog({ files })
    ends.unshift(() => catalog.close())
  })
  after(async () => {
    for (const end of ends) await end()
  })

  const reads = [
    'SELECT count(*) FROM images',
    ' -- why\n/* so */ SELECT 1;',
    'WITH t AS (SELECT 1 AS a) SELECT * FROM t',
    'FROM classes',
    'TABLE classes',
    'VALUES (1), (2)',
    'DESCRIBE images',
    'SHOW TABLES',
    'SUMMARIZE classes',
    'EXPLAIN SELECT count(*) FROM images',
    '-- plan\nexplain analyze SELECT count(*) FROM images',
    "PIVOT annotations ON source IN ('crowd', 'machine') USING count(*) GROUP BY label",
    'UNPIVOT classes ON display_name',
    "SELECT 'COPY images TO ''x''', 'read_csv(''/etc/passwd'')'",
    "SELECT * FROM range(3), descendants('/m/car'), unnest([1, 2])",
    '(SELECT 1) UNION ALL (SELECT 2)',
  ]
  for (const sql of reads)
    it(`may be ${sql.replaceAll('\n', ' ')}`, async () => {
      assert.ok((await catalog.query(sql)).columns.length > 0)
    })

  /** OWN stands for a Parquet file of the hub, FOLDER for the folder it is in. */
  const forbidden = [
    "COPY images TO 'FOLDER/out.csv'",
    "COPY (SELECT 1) TO 'OWN' (FORMAT parquet)",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO 'OWN' (FORMAT parquet)",
    "EXPLAIN (ANALYZE) COPY (SELECT 1) TO 'OWN'",
    "/* EXPLAIN */ COPY (SELECT 1) TO 'OWN'",
    "SELECT 1; COPY (SELECT 1) TO 'OWN'",
    "EXPLAIN SELECT 1; COPY (SELECT 1) TO 'OWN'",
    "COPY classes FROM 'FOLDER/secret.csv'",
    "SELECT * FROM read_csv('FOLDER/secret.csv')",
    "SELECT * FROM read_csv_auto('/etc/passwd')",
    "SELECT * FROM system.main.read_text('/etc/passwd')",
    "SELECT (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT * FROM classes WHERE label IN (SELECT content FROM READ_TEXT('/etc/passwd'))",
    "WITH t AS MATERIALIZED (FROM read_blob('/etc/passwd')) FROM t",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_parquet('OWN')",
    "SELECT * FROM parquet_metadata('OWN')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM glob('/*')",
    "SELECT * FROM query('SELECT 1')",
    "SELECT * FROM query_table('images')",
    "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT 1'))",
    "SELECT * FROM sql_auto_complete('SELECT * FROM ''/etc/')",
    "SELECT * FROM enable_logging('QueryLog', storage = 'file', storage_path = 'FOLDER')",
    "SELECT * FROM enable_profiling(save_location = 'OWN')",
    "CALL enable_logging('QueryLog')",
    "DESCRIBE FROM glob('/*')",
    "ATTACH 'FOLDER/new.db'",
    "ATTACH ':memory:' AS other",
    'DETACH memory',
    'USE system',
    'INSTALL httpfs',
    'LOAD httpfs',
    "LOAD 'FOLDER/evil.duckdb_extension'",
    'UPDATE EXTENSIONS',
    'PRAGMA database_list',
    'PRAGMA enable_profiling',
    'SET threads = 64',
    "SET memory_limit = '100GB'",
    'SET enable_external_access = true',
    'SET VARIABLE a = 1',
    'RESET lock_configuration',
    "EXPORT DATABASE 'FOLDER/dump'",
    "IMPORT DATABASE 'FOLDER'",
    'CREATE TABLE t (a INTEGER)',
    'CREATE TEMP TABLE t AS SELECT 1',
    'CREATE OR REPLACE VIEW images AS SELECT 1',
    "CREATE MACRO class_name(id) AS 'x'",
    'CREATE SECRET s (TYPE s3)',
    'INSERT INTO failures SELECT * FROM failures',
    'UPDATE failures SET code = 1',
    'DELETE FROM failures',
    'TRUNCATE failures',
    'MERGE INTO failures USING failures AS f ON true WHEN MATCHED THEN DELETE',
    'ALTER TABLE failures ADD COLUMN x INTEGER',
    'DROP VIEW images',
    "COMMENT ON VIEW images IS 'x'",
    'BEGIN',
    'CHECKPOINT',
    'VACUUM',
    'PREPARE p AS SELECT 1',
    'EXECUTE p',
    'SELECT 1; SELECT 2',
  ]
  for (const text of forbidden)
    it(`may not be ${text}`, async () => {
      const bytes = await readFile(own)
      const sql = text.replaceAll('OWN', own).replaceAll('FOLDER', folder)
      await assert.rejects(catalog.query(sql), (error: unknown) => {
        assert.ok(error instanceof HubError)
        assert.equal(error.code, 'sql_not_allowed', error.message)
        assert.equal(error.fault, 'user')
        assert.ok(error.hint, 'a hint says what is allowed')
        return true
      })
      assert.deepEqual(await readFile(own), bytes)
    })

  it('reaches no file by its name, nor the environment, and leaves no file behind', async () => {
    const files = await readdir(folder)
    await assert.rejects(catalog.query("SELECT * FROM '/etc/passwd'"), { fault: 'user' })
    await assert.rejects(catalog.query(`SELECT * FROM '${folder}/secret.csv'`), { code: 'sql_not_allowed' })
    await assert.rejects(catalog.query(`SELECT * FROM '${folder}/*.csv'`), { fault: 'user' })
    await assert.rejects(catalog.query("SELECT * FROM 'https://127.0.0.1:1/x.parquet'"), { fault: 'user' })
    await assert.rejects(catalog.query("SELECT getenv('HOME')"), { code: 'sql_error', fault: 'user' })
    assert.deepEqual(await readdir(folder), files)
  })

  it('with a slip in it is shown with a caret under the place', async () => {
    await assert.rejects(catalog.query('SELECT label FORM classes ORDER'), (error: unknown) => {
      assert.ok(error instanceof HubError)
      assert.equal(error.code, 'sql_error')
      assert.equal(error.fault, 'user')
      assert.match(error.message, /syntax error at or near "classes"[\s\S]*LINE 1: .*\n +\^/)
      return true
    })
  })

  it('with an unknown name is told the likely one and what there is', async () => {
    await assert.rejects(catalog.query('SELECT * FROM imagse'), (error: unknown) => {
      assert.ok(error instanceof HubError)
      assert.match(error.message, /Did you mean "images"/)
      assert.match(error.hint ?? '', /annotations, class_closure.*images.*runs/)
      return true
    })
    await assert.rejects(catalog.query('SELECT heigth FROM images'), {
      message: /Candidate bindings: "height"/,
    })
  })

  it('without a statement, or too long, is refused', async () => {
    await assert.rejects(catalog.query(' -- nothing'), { code: 'sql_error', fault: 'user' })
    await assert.rejects(catalog.query(`SELECT '${'x'.repeat(300_000)}'`), { code: 'sql_not_allowed' })
    await assert.rejects(catalog.query(`SELECT ${'('.repeat(50_000)}1${')'.repeat(50_000)}`), {
      fault: 'user',
    })
    await assert.rejects(catalog.query(`SELECT 1${'+1'.repeat(50_000)}`), { fault: 'user' })
  })
})
