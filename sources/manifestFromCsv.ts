import type { DuckDBConnection } from '@duckdb/node-api'
import pLimit from 'p-limit'
import type { Storage } from '../storage/Storage.ts'
import { addCase } from './Cases.ts'
import type { WantedColumn } from './csv/chooseColumns.ts'
import { loadCsv } from './csv/loadCsv.ts'
import type { Manifest, ManifestReport, ManifestRow } from './Manifest.ts'
import { nothingToRead } from './manifestFromStorage.ts'
import { originOf } from './originOf.ts'
import { select } from './select.ts'

export interface ManifestFromCsvOptions {
  readonly connection: DuckDBConnection
  /** Path of the CSV. */
  readonly path: string
  /** The folder or prefix that relative paths are relative to, and that no path may leave. */
  readonly storage: Storage
  /** Columns of a file without a header line, in order, for example an S3 inventory's `['Bucket', 'Key', 'Size', ...]`. */
  readonly header?: readonly string[]
  /** For rows without a `supplier_id` or `submission_id` of their own. */
  readonly supplierId?: string
  readonly submissionId?: string
}

type TextRow = Record<keyof typeof wanted, string | null>

const wanted = {
  origin: {
    names: ['origin', 'uri', 'url', 'path', 'file', 'filename', 'file_path', 'image', 'key'],
    required: true,
  },
  bucket: { names: ['bucket'] },
  bytes: { names: ['bytes', 'size'] },
  etag: { names: ['etag'] },
  modified_at: { names: ['modified_at', 'last_modified', 'last_modified_date'] },
  supplier_id: { names: ['supplier_id', 'supplier'] },
  submission_id: { names: ['submission_id', 'submission'] },
} satisfies Record<string, WantedColumn>

/** The columns of `manifest` after the row's number; times are microseconds. */
const storedColumns =
  'line BIGINT, origin VARCHAR, bytes BIGINT, etag VARCHAR, modified_at BIGINT, supplier_id VARCHAR, submission_id VARCHAR'
const pageRows = 10_000
const statsAtOnce = 32

/**
 * A manifest row for each origin that a CSV names, in its order, the first row of an origin counting. Where the file gives neither
 * size, entity tag nor time, they are asked of the storage, so that a changed file is read again. A `bucket` column makes it an S3
 * inventory: its keys are URL-encoded.
 *
 * Rows pass through the temporary tables `manifest_text` and `manifest_rows` of the connection, a page at a time.
 * @throws HubError what `loadCsv` throws; `nothing_to_read` at the end of the rows, where no row named an origin
 */
export async function manifestFromCsv(options: ManifestFromCsvOptions): Promise<Manifest> {
  const { connection, path, header, storage } = options
  const layout = header === undefined ? {} : { header }
  const { rows, unreadable } = await loadCsv({ connection, path, table: 'manifest_text', wanted, ...layout })
  const report: ManifestReport = { candidates: 0, bytes: 0, skipped: {} }
  for (const { kind, count, lines } of unreadable)
    report.skipped[`unreadable row: ${kind}`] = { count, examples: lines.map(line => `line ${line}`) }
  await connection.run(`CREATE OR REPLACE TEMP TABLE manifest_named (${storedColumns})`)
  const limit = pLimit(statsAtOnce)
  for (let start = 0; start < rows; start += pageRows) {
    const texts = await page<TextRow>(connection, '*', 'manifest_text', start)
    const resolved = await Promise.all(texts.map(row => limit(() => resolveRow(row, options, report))))
    await appendRows(connection, resolved, start)
  }
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE manifest_rows AS SELECT * EXCLUDE (line) FROM manifest_named
     WHERE line IN (SELECT min(line) FROM manifest_named GROUP BY origin) ORDER BY line`,
  )
  const [total] = await select<{ named: number; candidates: number; bytes: number }>(
    connection,
    `SELECT (SELECT count(*) FROM manifest_named)::DOUBLE AS named, count(*)::DOUBLE AS candidates, coalesce(sum(bytes), 0)::DOUBLE AS bytes
     FROM manifest_rows`,
  )
  const { named = 0, candidates = 0, bytes = 0 } = total ?? {}
  report.candidates = candidates
  report.bytes = bytes
  if (named > candidates) {
    const twice = await select<{ origin: string }>(
      connection,
      'SELECT origin FROM manifest_named GROUP BY origin HAVING count(*) > 1 ORDER BY origin LIMIT 5',
    )
    report.skipped.duplicate_origin = {
      count: named - candidates,
      examples: twice.map(({ origin }) => origin),
    }
  }
  await connection.run('DROP TABLE manifest_named; DROP TABLE manifest_text')
  return { rows: manifestRows(connection, path, report), report, root: storage.root }
}

async function* manifestRows(
  connection: DuckDBConnection,
  path: string,
  report: ManifestReport,
): AsyncGenerator<ManifestRow> {
  if (report.candidates === 0) throw nothingToRead(path, report)
  for (let start = 0; start < report.candidates; start += pageRows)
    yield* await page<ManifestRow>(
      connection,
      '* REPLACE (bytes::DOUBLE AS bytes, modified_at::DOUBLE AS modified_at)',
      'manifest_rows',
      start,
    )
  await connection.run('DROP TABLE manifest_rows')
}

/** The row's origin, and what else it says of it; null, and counted, where it names none that may be read. */
async function resolveRow(
  row: TextRow,
  { storage, supplierId, submissionId }: ManifestFromCsvOptions,
  report: ManifestReport,
): Promise<ManifestRow | null> {
  const reference = originOf(locationText(row), storage.root)
  if ('refused' in reference) {
    addCase(report.skipped, reference.refused, row.origin ?? '')
    return null
  }
  const told = {
    bytes: wholeNumber(row.bytes),
    etag: row.etag?.trim().replace(/^"|"$/g, '') || null,
    modified_at: microseconds(row.modified_at),
  }
  const untold = told.bytes === null && told.etag === null && told.modified_at === null
  const found = untold && 'key' in reference ? await storage.stat(reference.key).catch(() => null) : null
  return {
    origin: 'key' in reference ? storage.uri(reference.key) : reference.uri,
    ...(found === null ? told : { bytes: found.bytes, etag: found.etag, modified_at: found.modifiedAt }),
    supplier_id: row.supplier_id?.trim() || (supplierId ?? null),
    submission_id: row.submission_id?.trim() || (submissionId ?? null),
  }
}

function locationText({ origin, bucket }: TextRow): string {
  if (!bucket?.trim() || !origin) return origin ?? ''
  try {
    return `s3://${bucket.trim()}/${decodeURIComponent(origin.replaceAll('+', ' '))}`
  } catch {
    return `s3://${bucket.trim()}/${origin}` // not URL-encoded after all
  }
}

function wholeNumber(text: string | null): number | null {
  const number = text === null || !/^\s*\d+\s*$/.test(text) ? Number.NaN : Number(text)
  return Number.isSafeInteger(number) ? number : null
}

/** An ISO 8601 time in microseconds; one without a zone is UTC. */
function microseconds(text: string | null): number | null {
  const time = text?.trim() ?? ''
  const zoned = /(?:z|[+-]\d\d:?\d\d)$/i.test(time) || !/\d:\d/.test(time) ? time : `${time}Z`
  const milliseconds = /^\d{4}-\d\d/.test(time) ? Date.parse(zoned) : Number.NaN
  return Number.isFinite(milliseconds) ? Math.round(milliseconds * 1000) : null
}

/** Appends the rows that are there, numbered by their place. */
async function appendRows(
  connection: DuckDBConnection,
  rows: readonly (ManifestRow | null)[],
  start: number,
): Promise<void> {
  const appender = await connection.createAppender('manifest_named')
  for (const [index, row] of rows.entries()) {
    if (row === null) continue
    appender.appendBigInt(BigInt(start + index))
    for (const value of [
      row.origin,
      row.bytes,
      row.etag,
      row.modified_at,
      row.supplier_id,
      row.submission_id,
    ])
      if (value === null) appender.appendNull()
      else if (typeof value === 'number') appender.appendBigInt(BigInt(value))
      else appender.appendVarchar(value)
    appender.endRow()
  }
  appender.closeSync()
}

function page<R>(connection: DuckDBConnection, columns: string, table: string, start: number): Promise<R[]> {
  return select<R>(
    connection,
    `SELECT ${columns} FROM ${table} WHERE rowid >= ${start} AND rowid < ${start + pageRows} ORDER BY rowid`,
  )
}
