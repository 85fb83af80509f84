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

export type Changes = Readonly<Partial<Record<TableName, ParquetFile>>>

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
    for (const [name, change] of Object.entries(changes) as [TableName, ParquetFile][]) {
      if (change.rows === 0) continue
      const { kept, merged } = await planTable(hub, name, base?.tables[name] ?? [], change)
      const file = merged.length === 0 ? change : await mergeTable(hub, name, merged, change, folder)
      const key = `tables/${name}/${runId}-${attempt}.parquet`
      await hub.storage.putFile(key, file.path)
      written.push(key)
      next[name] = [...kept, { key, rows: file.rows, bytes: file.bytes }]
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
  change: ParquetFile,
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
  change: ParquetFile,
): Promise<ReadonlySet<string>> {
  const replaced = new Set<string>()
  if (base.length === 0) return replaced
  const table: Table = tables[name]
  await withDuckdb({}, async connection => {
    await connection.run(
      `CREATE TABLE incoming AS SELECT DISTINCT ${replaceList(table)} FROM ${readParquet([change.path])}`,
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

async function mergeTable(
  hub: Hub,
  name: TableName,
  merged: readonly DataFile[],
  change: ParquetFile,
  folder: string,
): Promise<ParquetFile> {
  const table: Table = tables[name]
  const paths = await Promise.all(merged.map(({ key }) => hub.storage.localPath(key)))
  return await withDuckdb({ temporaryFolder: folder }, async connection => {
    const columns = columnList(table.columns)
    const incoming = readParquet([change.path])
    return await copyToParquet({
      connection,
      sql: `SELECT ${columns} FROM ${readParquet(paths)} ANTI JOIN (SELECT DISTINCT ${replaceList(table)} FROM ${incoming}) USING (${replaceList(table)})
        UNION ALL SELECT ${columns} FROM ${incoming}`,
      columns: table.columns,
      path: join(folder, `${name}.merged.parquet`),
    })
  })
}

function replaceList({ replaces, key }: Table): string {
  return (replaces ?? key).map(sqlName).join(', ')
}
