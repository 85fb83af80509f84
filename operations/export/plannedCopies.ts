import { userError } from '../../base/HubError.ts'
import { column, nullable } from '../../tables/column.ts'
import { duckdbDdl, type Row } from '../../tables/defineTable.ts'
import { images as imagesTable } from '../../tables/images.ts'
import { readParquet, sqlName } from '../../tables/sqlText.ts'

export const copyColumns = {
  origin: column('text', 'where the bytes are'),
  folder: nullable('text', 'below the target; null: none'),
  image_id: nullable('text', 'the image'),
  sha256: nullable('text', 'of its bytes'),
  bytes: nullable('int64', 'its size'),
  format: nullable('text', 'jpeg, png, ...'),
  verdict: nullable('text', 'null where the hub has no such origin'),
} as const

export type PlannedCopy = Row<typeof copyColumns>

export interface CopiesOptions {
  /** Local Parquet file of the exported rows. */
  readonly rows: string
  readonly columns: readonly string[]
  /** Local files of the table images. */
  readonly images: readonly string[]
  readonly folders: string | null
}

/**
 * Makes the table `copies`, a row for each image and folder, and `refused`, an origin that the hub did not accept. Where a query selects the
 * verdict, its rows are what was asked for, whatever the verdict. What is known of an origin is the hub's word, never the query's: a query
 * chooses among the hub's pictures and cannot name other files.
 */
export function copiesSql({ rows, columns, images, folders }: CopiesOptions): string {
  const folder = folders === null ? 'NULL' : sqlName(folders)
  const anyVerdict = columns.includes('verdict')
  const known =
    images.length === 0
      ? `${duckdbDdl({ ...imagesTable, name: 'known' })};`
      : `CREATE VIEW known AS FROM ${readParquet(images)};`
  return `${known}
    CREATE TABLE asked AS
      SELECT r.origin, r.folder, k.image_id, k.sha256, k.bytes, k.format, k.verdict
      FROM (
        SELECT DISTINCT CAST(origin AS VARCHAR) AS origin, CAST(${folder} AS VARCHAR) AS folder
        FROM ${readParquet([rows])} WHERE origin IS NOT NULL
      ) AS r LEFT JOIN known AS k ON k.origin = r.origin;
    CREATE TABLE refused AS
      SELECT DISTINCT origin FROM asked WHERE verdict <> 'accepted' AND NOT ${anyVerdict};
    CREATE TABLE copies AS
      SELECT min(origin) AS origin, folder, image_id, arg_min(sha256, origin) AS sha256, arg_min(bytes, origin) AS bytes,
        arg_min(format, origin) AS format, arg_min(verdict, origin) AS verdict
      FROM asked WHERE verdict IS NULL OR verdict = 'accepted' OR ${anyVerdict}
      GROUP BY folder, image_id, CASE WHEN image_id IS NULL THEN origin END`
}

/**
 * The column that gives the folders: the one asked for, else the class where the rows have one.
 * @param asked `none`: no folders
 * @throws HubError `missing_column` where rows have no origin, or not this column
 */
export function foldersColumn(asked: string | null, columns: readonly string[]): string | null {
  const missing = (name: string) =>
    userError(
      'missing_column',
      `the rows have no column ${name}`,
      `they have ${columns.join(', ')}; ${name === 'origin' ? 'pictures are found by their origin: SELECT it' : 'none: no folders'}`,
    )
  if (!columns.includes('origin')) throw missing('origin')
  if (asked === 'none') return null
  if (asked !== null && !columns.includes(asked)) throw missing(asked)
  return asked ?? ['display_name', 'label'].find(name => columns.includes(name)) ?? null
}
