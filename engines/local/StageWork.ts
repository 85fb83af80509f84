import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { StageStep } from '../../pipelines/Pipeline.ts'
import type { Columns, Row } from '../../tables/defineTable.ts'
import { ParquetWriter } from '../../tables/ParquetWriter.ts'
import { readParquet } from '../../tables/sqlText.ts'
import { finishedName, rowKey, withRowKey } from '../finishedRows.ts'

/** Rows of one part file: what a killed run loses at most, and what each worker-independent write costs. */
const rowsPerPart = 256
/** A part is also closed when this much time has passed, so that slow stages lose little. */
const partSeconds = 15

/**
 * The finished work of one stage under one identity: Parquet parts in a folder, each complete or absent. Any later run with the same
 * stage version and identity takes the rows over; rows whose input changed are simply not asked for.
 */
export class StageWork {
  readonly folder: string
  readonly #columns: Columns
  readonly #connection: DuckDBConnection
  #writer: ParquetWriter<Columns> | undefined
  #opened = 0

  private constructor(folder: string, columns: Columns, connection: DuckDBConnection) {
    this.folder = folder
    this.#columns = columns
    this.#connection = connection
  }

  static async open(workFolder: string, step: StageStep, connection: DuckDBConnection): Promise<StageWork> {
    const folder = join(workFolder, finishedName(step))
    await mkdir(folder, { recursive: true })
    for (const name of await readdir(folder)) if (name.endsWith('.partial')) await rm(join(folder, name))
    const work = new StageWork(folder, withRowKey(step.stage.output), connection)
    await work.#dropBrokenParts()
    return work
  }

  async parts(): Promise<string[]> {
    const names = await readdir(this.folder)
    return names
      .filter(name => name.endsWith('.parquet'))
      .sort()
      .map(name => join(this.folder, name))
  }

  /** Keeps finished rows; they outlive the process once their part is closed. */
  async add(keys: readonly string[], rows: readonly Row<Columns>[]): Promise<void> {
    if (this.#writer === undefined) {
      this.#writer = await ParquetWriter.open(this.#connection, this.#columns)
      this.#opened = performance.now()
    }
    await this.#writer.write(rows.map((row, index) => ({ ...row, [rowKey]: keys[index] ?? '' })))
    const age = (performance.now() - this.#opened) / 1000
    if (this.#writer.rowsGiven >= rowsPerPart || age >= partSeconds) await this.flush()
  }

  /**
   * Removes parts that cannot be read (a power cut may leave them so) or that repeat rows of another part (of a run that went on after it
   * was taken for dead): their rows are done again.
   */
  async #dropBrokenParts(): Promise<void> {
    const parts = await this.parts()
    const connection = this.#connection
    // To hash a whole row is to read and decode all of it.
    const keysOf = (files: readonly string[]) =>
      `SELECT ${rowKey} FROM (SELECT ${rowKey}, hash(part) AS all_of_it FROM ${readParquet(files)} AS part) WHERE all_of_it IS NOT NULL`
    const claim = async (files: readonly string[]) =>
      await connection.run(`INSERT INTO claimed_keys ${keysOf(files)}`).then(
        () => true,
        () => false,
      )
    await connection.run(`CREATE OR REPLACE TEMP TABLE claimed_keys (${rowKey} VARCHAR PRIMARY KEY)`)
    if (parts.length > 0 && !(await claim(parts)))
      for (const part of parts) if (!(await claim([part]))) await rm(part)
    await connection.run('DROP TABLE claimed_keys')
  }

  async flush(): Promise<void> {
    const writer = this.#writer
    this.#writer = undefined
    await writer?.close(join(this.folder, `${randomUUID()}.parquet`))
  }
}
