import assert from 'node:assert/strict'
import { test } from 'node:test'
import { column, nullable } from '../../tables/column.ts'
import { arrowSchema, defineTable, duckdbDdl, type Row, sparkDdl } from '../../tables/defineTable.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { tables } from '../../tables/tables.ts'

const photos = defineTable({
  name: 'photos',
  row: 'one photo',
  key: ['id'],
  columns: {
    id: column('text', 'id'),
    taken_at: nullable('timestamp', 'when'),
    tags: column('text_list', 'tags'),
    embedding: nullable('vector', 'features'),
  },
})

test('one declaration gives the Arrow schema, the DuckDB DDL, the Spark type and the row type', () => {
  assert.deepEqual(
    arrowSchema(photos.columns).fields.map(field => `${field.name} ${field.type} ${field.nullable}`),
    [
      'id Utf8 false',
      'taken_at Timestamp<MICROSECOND, UTC> true',
      'tags List<Utf8> false',
      'embedding List<Float32> true',
    ],
  )
  assert.equal(
    duckdbDdl(photos),
    'CREATE TABLE "photos" (\n  "id" VARCHAR NOT NULL,\n  "taken_at" TIMESTAMPTZ,\n  "tags" VARCHAR[] NOT NULL,\n  "embedding" FLOAT[]\n)',
  )
  assert.equal(
    sparkDdl(photos.columns),
    'id STRING NOT NULL, taken_at TIMESTAMP, tags ARRAY<STRING> NOT NULL, embedding ARRAY<FLOAT>',
  )
  const row: Row<typeof photos> = { id: 'a', taken_at: null, tags: [], embedding: new Float32Array(1) }
  // @ts-expect-error an id is never null
  row.id = null
  assert.equal(row.taken_at, null)
})

test('every table of a hub is accepted by DuckDB as declared, and its keys are columns of it', async () => {
  await withDuckdb({}, async connection => {
    for (const [name, table] of Object.entries(tables)) {
      assert.equal(table.name, name)
      await connection.run(duckdbDdl(table))
      const described = await connection.runAndReadAll(`DESCRIBE ${name}`)
      assert.deepEqual(
        described.getRowsJS().map(([column]) => column),
        Object.keys(table.columns),
      )
      const replaces = 'replaces' in table ? table.replaces : []
      for (const key of [...table.key, ...replaces]) assert.ok(key in table.columns, `${name}.${key}`)
    }
  })
})
