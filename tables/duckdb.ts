import { randomUUID } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export interface DuckdbOptions {
  /** Where DuckDB spills when a query needs more than its memory. @default the system's folder for temporary files */
  readonly temporaryFolder?: string
  /** @default '600MB' */
  readonly memoryLimit?: string
  /** @default every core */
  readonly threads?: number
}

/** DuckDB 1.5.5 fails with an internal error on `row_number() ... = 1` over a filtered Parquet file with this one. */
export const brokenOptimizers = 'top_n_window_elimination'

/**
 * An in-memory DuckDB for one piece of work: UTC, bounded memory, no downloads of extensions. A streamed result ends when its
 * connection runs something else: `connect` opens another one to the same tables.
 */
export async function withDuckdb<T>(
  options: DuckdbOptions,
  work: (connection: DuckDBConnection, connect: () => Promise<DuckDBConnection>) => Promise<T>,
): Promise<T> {
  const temporaryFolder = options.temporaryFolder ?? join(tmpdir(), 'imagehub-duckdb')
  mkdirSync(temporaryFolder, { recursive: true })
  // Two instances that spill into one folder overwrite each other's files: each gets its own, which DuckDB makes when it first spills
  // and removes at its end.
  const spillFolder = join(temporaryFolder, randomUUID())
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: options.memoryLimit ?? '600MB',
    temp_directory: spillFolder,
    preserve_insertion_order: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    disabled_optimizers: brokenOptimizers,
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
  })
  const opened: DuckDBConnection[] = []
  const connect = async () => {
    const connection = await instance.connect()
    opened.push(connection)
    await connection.run("SET TimeZone = 'UTC'")
    return connection
  }
  try {
    return await work(await connect(), connect)
  } finally {
    for (const connection of opened) connection.closeSync()
    instance.closeSync()
  }
}

/** A text as an SQL literal. */
export function sqlText(value: string): string {
  return `'${value.replaceAll("'", "''")}'`
}

/** A name as an SQL identifier. */
export function sqlName(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}

/** `read_parquet([...])` of exactly these files, columns matched by name. */
export function readParquet(files: readonly string[]): string {
  return `read_parquet([${files.map(sqlText).join(', ')}], union_by_name = true)`
}
