import { join } from 'node:path'
import { commit } from '../../catalog/commit.ts'
import { Hub } from '../../catalog/Hub.ts'
import type { Snapshot } from '../../catalog/Snapshot.ts'
import type { Row } from '../../tables/defineTable.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { type ParquetFile, ParquetWriter } from '../../tables/ParquetWriter.ts'
import { readParquet } from '../../tables/sqlText.ts'
import { streamRows } from '../../tables/streamRows.ts'
import { type TableName, tables } from '../../tables/tables.ts'

/** Rows by table, each without its run. */
export type Rows = Readonly<Partial<Record<TableName, readonly object[]>>>

/** Commits rows as one run; several rows of a table in two files. */
export async function commitRows(hub: Hub, folder: string, runId: string, rows: Rows): Promise<Snapshot> {
  const changes = await withDuckdb({ threads: 1 }, async connection => {
    const files: Partial<Record<TableName, ParquetFile[]>> = {}
    for (const [name, given] of Object.entries(rows) as [TableName, readonly object[]][])
      for (const [index, part] of [given.slice(0, 1), given.slice(1)].entries()) {
        const writer = await ParquetWriter.open(connection, tables[name].columns)
        await writer.write(part.map(row => ({ ...row, run_id: runId }) as Row<(typeof tables)[TableName]>))
        const file = await writer.close(join(folder, `${runId}-${name}-${index}.parquet`))
        files[name] = [...(files[name] ?? []), file]
      }
    return files
  })
  return await commit({ hub, runId, changes, folder: join(folder, runId) })
}

/** A snapshot's rows of a table, sorted as JSON texts. */
export async function rowsAt(hub: Hub, snapshot: Snapshot | null, name: TableName): Promise<string[]> {
  const { [name]: files } = await hub.localFiles(snapshot, [name])
  if (files.length === 0) return []
  const { columns } = tables[name]
  return await withDuckdb({ threads: 1 }, async connection => {
    const all: string[] = []
    const sql = `SELECT ${Object.keys(columns).join(', ')} FROM ${readParquet(files)}`
    for await (const rows of streamRows(connection, sql, columns))
      all.push(...rows.map(row => JSON.stringify(row)))
    return all.sort()
  })
}

// As a program, it commits three runs of one class each: node committing.ts HUB FOLDER NAME
if (process.argv[1] === import.meta.filename) {
  const [uri = '', folder = '', name = ''] = process.argv.slice(2)
  const hub = await Hub.open(uri)
  for (const run of [1, 2, 3].map(number => `${name}-${number}`))
    await commitRows(hub, folder, run, { classes: [{ label: run, display_name: run }] })
}
