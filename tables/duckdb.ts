import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api'

export interface DuckdbOptions {
  /** Where DuckDB spills when a query needs more than its memory; made where it is missing. @default the system's */
  readonly temporaryFolder?: string
  /** What may be spilled. @default '90%' of the disk's free space */
  readonly temporaryDiskLimit?: string
  /** What is held in memory before it spills. @default '600MB' */
  readonly memoryLimit?: string
  /** Each needs some 100 MB of the memory. @default every core */
  readonly threads?: number
}

export interface Duckdb {
  readonly instance: DuckDBInstance
  /** Ends it, and removes what it spilled. */
  readonly close: () => Promise<void>
}

/** DuckDB 1.5.5 fails with an internal error on `row_number() ... = 1` over a filtered Parquet file with this one. */
const brokenOptimizers = 'top_n_window_elimination'

/** An in-memory DuckDB: UTC, bounded memory, no downloads of extensions. */
export async function openDuckdb(options: DuckdbOptions = {}): Promise<Duckdb> {
  const { temporaryFolder = tmpdir(), temporaryDiskLimit, threads } = options
  await mkdir(temporaryFolder, { recursive: true })
  // Two instances that spill into one folder overwrite each other's files: each gets its own, which DuckDB makes when it first spills.
  const spillFolder = join(temporaryFolder, `imagehub-duckdb-${randomUUID()}`)
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: options.memoryLimit ?? '600MB',
    temp_directory: spillFolder,
    preserve_insertion_order: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    disabled_optimizers: brokenOptimizers,
    ...(temporaryDiskLimit !== undefined && { max_temp_directory_size: temporaryDiskLimit }),
    ...(threads !== undefined && { threads: String(threads) }),
  })
  const connection = await instance.connect()
  await connection.run("SET GLOBAL TimeZone = 'UTC'")
  connection.closeSync()
  return {
    instance,
    close: async () => {
      instance.closeSync()
      await rm(spillFolder, { recursive: true, force: true })
    },
  }
}

/**
 * A DuckDB for one piece of work. A streamed result ends when its connection runs something else: `connect` opens another one to the
 * same tables.
 */
export async function withDuckdb<T>(
  options: DuckdbOptions,
  work: (connection: DuckDBConnection, connect: () => Promise<DuckDBConnection>) => Promise<T>,
): Promise<T> {
  const { instance, close } = await openDuckdb(options)
  const opened: DuckDBConnection[] = []
  const connect = async () => {
    const connection = await instance.connect()
    opened.push(connection)
    return connection
  }
  try {
    return await work(await connect(), connect)
  } finally {
    for (const connection of opened) connection.closeSync()
    await close()
  }
}
