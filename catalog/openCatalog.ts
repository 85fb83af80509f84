import { resolve } from 'node:path'
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'
import { HubError, toError } from '../base/HubError.ts'
import { type CatalogObject, catalogObjects } from '../sql/catalogObjects.ts'
import { type DuckdbOptions, openDuckdb } from '../tables/duckdb.ts'
import { sqlText } from '../tables/sqlText.ts'
import { type TableName, tables } from '../tables/tables.ts'
import type { Catalog, ResultRow } from './Catalog.ts'
import { commentSql, globEscape, runsCommentSql, tableSql, viewCommentSql } from './catalogSql.ts'
import { copyQuery } from './copyQuery.ts'
import { catalogClosed, queryError } from './queryError.ts'
import type { RunRecord } from './RunRecord.ts'
import { runQuery } from './runQuery.ts'
import { runsJson, runsTableSql } from './runsTable.ts'

/** By default 2 threads, 600 MB of memory, which keeps the process under 1 GB, and 4 GB of spilled rows. */
export interface OpenCatalogOptions extends DuckdbOptions {
  /** Local Parquet files of each table; a table without files is empty. */
  readonly files: Partial<Record<TableName, readonly string[]>>
  readonly runs?: readonly RunRecord[]
  /** The one file that `copy` may write. @default none */
  readonly exportPath?: string
  /** Default time limit of a query, in seconds. Default 60. */
  readonly timeoutSeconds?: number
}

const defaultMaxRows = 1_000_000

/**
 * SQL over the files of one snapshot: the tables of tables/tables.ts, `runs`, and the views and macros of sql/.
 * The database is in memory, in UTC, and can reach nothing but these files.
 * @throws HubError `catalog_unreadable` where a file is missing or is not Parquet with the columns of its table.
 */
export async function openCatalog(options: OpenCatalogOptions): Promise<Catalog> {
  const { timeoutSeconds = 60 } = options
  const exportPath = options.exportPath === undefined ? null : resolve(options.exportPath)
  const duckdb = await openDuckdb({ threads: 2, temporaryDiskLimit: '4GB', ...options })
  const { instance } = duckdb
  const objects = catalogObjects()
  const relations = [
    ...Object.keys(tables),
    'runs',
    ...objects.filter(({ kind }) => kind === 'view').map(({ name }) => name),
  ].sort()
  const files = Object.fromEntries(
    Object.keys(tables).map(name => [
      name,
      (options.files[name as TableName] ?? []).map(file => resolve(file)),
    ]),
  )
  const open = new Set<DuckDBConnection>()
  let closed = false
  const close = async () => {
    closed = true
    for (const connection of open) connection.interrupt()
    await duckdb.close()
  }
  try {
    await prepare(instance, { files, runs: options.runs ?? [], objects, exportPath })
  } catch (error) {
    await close()
    throw unreadable(error)
  }

  const stream: Catalog['stream'] = async (sql, parameters = {}, limits = {}) => {
    if (closed) throw catalogClosed()
    const connection = await instance.connect()
    open.add(connection)
    const onEnd = () => {
      if (open.delete(connection)) connection.closeSync()
    }
    return runQuery(connection, {
      sql,
      parameters,
      timeoutSeconds: limits.timeoutSeconds ?? timeoutSeconds,
      relations,
      files: Object.values(files).flat(),
      isClosed: () => closed,
      onEnd,
    })
  }
  return {
    stream,
    query: async (sql, parameters = {}, limits = {}) => {
      const { maxRows = defaultMaxRows } = limits
      const { columns, batches } = await stream(sql, parameters, limits)
      const rows: ResultRow[] = []
      for await (const batch of batches) {
        for (const row of batch.slice(0, maxRows + 1 - rows.length)) rows.push(row)
        if (rows.length > maxRows) break
      }
      return { columns, rows: rows.slice(0, maxRows), truncated: rows.length > maxRows }
    },
    copy: async (sql, parameters = {}, limits = {}) => {
      if (exportPath === null) throw new Error('the catalog was opened without an exportPath')
      if (closed) throw catalogClosed()
      const connection = await instance.connect()
      open.add(connection)
      const seconds = limits.timeoutSeconds ?? timeoutSeconds
      let timedOutAfterSeconds: number | undefined
      const timer = setTimeout(() => {
        timedOutAfterSeconds = seconds
        connection.interrupt()
      }, seconds * 1000)
      try {
        return await copyQuery(connection, {
          sql,
          parameters,
          limit: limits.maxRows ?? null,
          path: exportPath,
        })
      } catch (thrown) {
        const context = { relations, files: Object.values(files).flat(), timedOutAfterSeconds, closed }
        throw queryError(thrown, context)
      } finally {
        clearTimeout(timer)
        if (open.delete(connection)) connection.closeSync()
      }
    },
    close,
  }
}

interface Contents {
  /** Absolute paths by table. */
  readonly files: Readonly<Record<string, readonly string[]>>
  readonly runs: readonly RunRecord[]
  readonly objects: readonly CatalogObject[]
  readonly exportPath: string | null
}

/** Tables, views and macros; then external access ends and no setting can change any more. */
async function prepare(
  instance: DuckDBInstance,
  { files, runs, objects, exportPath }: Contents,
): Promise<void> {
  const connection = await instance.connect()
  // A view asks for the pattern first, then for the file that it matched.
  const paths = Object.values(files)
    .flat()
    .flatMap(file => [...new Set([file, globEscape(file)])])
    .concat(exportPath ?? [])
  await connection.run(`SET allowed_paths = [${paths.map(sqlText).join(', ')}]`)
  for (const table of Object.values(tables)) {
    const own = files[table.name] ?? []
    await connection.run(tableSql(table, own))
    await connection.run(commentSql(table, own.length > 0).join(';'))
  }
  const { create, insert } = runsTableSql()
  await connection.run(create)
  if (runs.length > 0) await connection.run(insert, { records: runsJson(runs) })
  await connection.run(runsCommentSql().join(';'))
  for (const object of objects) await connection.run([object.ddl, ...viewCommentSql(object)].join(';'))
  await connection.run('SET enable_external_access = false')
  await connection.run('SET lock_configuration = true')
  connection.closeSync()
}

function unreadable(thrown: unknown): HubError {
  if (thrown instanceof HubError) return thrown
  const cause = toError(thrown)
  return new HubError({
    code: 'catalog_unreadable',
    message: `the tables of the hub cannot be opened: ${cause.message.split('\n')[0]}`,
    hint: 'the file it names is missing, damaged, or was written by another version of imagehub',
    cause,
  })
}
