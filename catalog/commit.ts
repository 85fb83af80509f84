import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { HubError } from '../base/HubError.ts'
import type { Table } from '../tables/defineTable.ts'
import { withDuckdb } from '../tables/duckdb.ts'
import { columnList, copyToParquet, type ParquetFile } from '../tables/ParquetWriter.ts'
import { readParquet, sqlName } from '../tables/sqlText.ts'
import { type TableName, tables } from '../tables/tables.ts'
import type { Hub } from './Hub.ts'
import type { DataFile, Snapshot } from './Snapshot.ts'

/** The files with the new rows of each table. */
export type Changes = Readonly<Partial<Record<TableName, readonly ParquetFile[]>>>

export interface CommitOptions {
  readonly hub: Hub
  readonly runId: string
  /** New rows of each table; they replace what they replace (Table.replaces). */
  readonly changes: Changes
  /** A folder of this run's for files on their way into the hub. */
  readonly folder: string
}

/** Files below this are merged with others once there are several: many small files make every reader slow. */
const smallFileBytes = 16 << 20
const mostSmallFiles = 8
const mostAttempts = 50

/**
 * Makes one new snapshot with a run's rows, or none. Where another run commits first, the rows are laid over its snapshot instead.
 * Calling it again for a run that has committed changes nothing.
 * @throws HubError `commit_conflict` after 50 lost races
 */
export async function commit(options: CommitOptions): Promise<Snapshot> {
  const { hub, runId, changes, folder } = options
  await mkdir(folder, { recursive: true })
  for (let attempt = 1; attempt <= mostAttempts; attempt++) {
    const base = await hub.latestSnapshot()
    if (base !== null && base.run_id === runId) return base
    const next: Partial<Record<TableName, readonly DataFile[]>> = { ...base?.tables }
    const written: string[] = []
    for (const [name, given] of Object.entries(changes) as [TableName, readonly ParquetFile[]][]) {
      const change = given.filter(({ rows }) => rows > 0)
      if (change.length === 0) continue
      const { kept, merged } = await planTable(hub, name, base?.tables[name] ?? [], change)
      const files = merged.length === 0 ? change : await mergeTable(hub, name, merged, change, folder)
      const put = files.map(async ({ path, rows, bytes }, index): Promise<DataFile> => {
        const part = files.length === 1 ? '' : `-${index + 1}`
        const key = `tables/${name}/${runId}-${attempt}${part}.parquet`
        await hub.storage.putFile(key, path)
        written.push(key)
        return { key, rows, bytes }
      })
      next[name] = [...kept, ...(await Promise.all(put))]
    }
    const snapshot: Snapshot = {
      id: (base?.id ?? 0) + 1,
      parent: base?.id ?? null,
      run_id: runId,
      committed_at: new Date().toISOString(),
      tables: next as Snapshot['tables'],
    }
    if (await hub.createSnapshot(snapshot)) return snapshot
    // A storage may lose its answer and not the snapshot.
    const winner = await hub.snapshot(snapshot.id)
    if (winner.run_id === runId) return winner
    for (const key of written) await hub.storage.remove(key)
  }
  throw new HubError({
    code: 'commit_conflict',
    message: `run ${runId} lost ${mostAttempts} races to commit`,
    hint: 'fewer runs at once on this hub; run it again',
  })
}

interface TablePlan {
  readonly kept: readonly DataFile[]
  /** Files whose surviving rows move into the new file. */
  readonly merged: readonly DataFile[]
}

async function planTable(
  hub: Hub,
  name: TableName,
  base: readonly DataFile[],
  change: readonly ParquetFile[],
): Promise<TablePlan> {
  const replaced = await filesWithReplacedRows(hub, name, base, change)
  const small = base.filter(file => file.bytes < smallFileBytes)
  const compact = small.length >= mostSmallFiles
  const isMerged = (file: DataFile) => replaced.has(file.key) || (compact && small.includes(file))
  return { kept: base.filter(file => !isMerged(file)), merged: base.filter(isMerged) }
}

async function filesWithReplacedRows(
  hub: Hub,
  name: TableName,
  base: readonly DataFile[],
  change: readonly ParquetFile[],
): Promise<ReadonlySet<string>> {
  const replaced = new Set<string>()
  if (base.length === 0) return replaced
  const table: Table = tables[name]
  await withDuckdb({}, async connection => {
    await connection.run(
      `CREATE TABLE incoming AS SELECT DISTINCT ${replaceList(table)} FROM ${readParquet(change.map(({ path }) => path))}`,
    )
    for (const file of base) {
      const path = await hub.storage.localPath(file.key)
      const result = await connection.run(
        `SELECT 1 FROM ${readParquet([path])} SEMI JOIN incoming USING (${replaceList(table)}) LIMIT 1`,
      )
      if ((await result.getRows()).length > 0) replaced.add(file.key)
    }
  })
  return replaced
}

/** One file with what survives of the merged files and with the small ones of the change; the large ones stay as they are. */
async function mergeTable(
  hub: Hub,
  name: TableName,
  merged: readonly DataFile[],
  change: readonly ParquetFile[],
  folder: string,
): Promise<ParquetFile[]> {
  const table: Table = tables[name]
  const paths = await Promise.all(merged.map(({ key }) => hub.storage.localPath(key)))
  const large = change.filter(({ bytes }) => bytes >= smallFileBytes)
  const small = change.filter(({ bytes }) => bytes < smallFileBytes)
  const file = await withDuckdb({ temporaryFolder: folder }, async connection => {
    const columns = columnList(table.columns)
    const incoming = readParquet(change.map(({ path }) => path))
    const moved =
      small.length === 0
        ? ''
        : `UNION ALL SELECT ${columns} FROM ${readParquet(small.map(({ path }) => path))}`
    return await copyToParquet({
      connection,
      sql: `SELECT ${columns} FROM ${readParquet(paths)} ANTI JOIN (SELECT DISTINCT ${replaceList(table)} FROM ${incoming}) USING (${replaceList(table)})
        ${moved}`,
      columns: table.columns,
      path: join(folder, `${name}.merged.parquet`),
    })
  })
  return [file, ...large].filter(({ rows }) => rows > 0)
}

function replaceList({ replaces, key }: Table): string {
  return (replaces ?? key).map(sqlName).join(', ')
}
