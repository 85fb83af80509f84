import type { DuckDBConnection } from '@duckdb/node-api'
import { userError } from '../../base/HubError.ts'
import type { WantedColumn } from '../csv/chooseColumns.ts'
import { type CsvReport, describeUnreadable, loadCsv } from '../csv/loadCsv.ts'
import { countRows } from '../select.ts'
import { cases } from './cases.ts'
import { loadClassDescriptions } from './classDescriptions.ts'
import type { LabelReport } from './LabelReport.ts'

export type LabelColumn = 'image' | 'label' | 'display_name' | 'source' | 'confidence'

export interface LoadLabelsOptions {
  readonly connection: DuckDBConnection
  /** A CSV with one claim a row: image-level labels, boxes (their images' labels), or any other with the columns below. */
  readonly path: string
  /** Which column of the file holds what, where its name is none of the usual ones. */
  readonly columns?: Partial<Record<LabelColumn, string>>
  /** What sets labels apart inside one cell, for example `|`; without it a cell is one label. */
  readonly separator?: string
  /** Who says so, where the file has no such column. @default 'csv' */
  readonly source?: string
  /** A CSV of class ids and display names. @default none: a label is its own display name */
  readonly classDescriptions?: string | null
}

const wanted: Record<LabelColumn, WantedColumn> = {
  image: {
    names: ['file', 'path', 'filename', 'file_path', 'image', 'image_path', 'origin', 'uri', 'ImageID'],
    required: true,
  },
  label: {
    names: ['LabelName', 'label', 'class', 'category', 'class_name', 'labels', 'tags'],
    required: true,
  },
  display_name: { names: ['DisplayName'] },
  source: { names: ['Source'] },
  confidence: { names: ['Confidence'] },
}

/**
 * A label CSV as the temporary table `label_rows(reference, label, display_name, source, confidence, conflicting)`, one row for
 * each image reference, label and source, and `class_names`.
 *
 * Rows are read, folded and later matched (`matchLabels`) inside DuckDB and never pass through JavaScript: millions of labels need
 * a hash join that may spill to disk, and a stream of objects could only feed them back into the same database. Where claims of one source differ in confidence the highest counts: of several boxes of one class one sure
 * box makes the image sure.
 * @throws HubError what `loadCsv` throws; `no_labels` where no row gives a usable label
 */
export async function loadLabels(options: LoadLabelsOptions): Promise<LabelReport> {
  const { connection, path, columns = {}, separator, source = 'csv', classDescriptions = null } = options
  await loadClassDescriptions({ connection, path: classDescriptions })
  const csv = await loadCsv({ connection, path, table: 'label_text', wanted, explicit: columns })
  const rated = 'confidence' in csv.columns
  // Without a confidence beside it a column of this name tells where a file came from, not who labelled it.
  const who = columns.source !== undefined || rated ? "nullif(trim(source), '')" : 'NULL'
  const label = separator ? "trim(unnest(string_split(coalesce(label, ''), $2)))" : 'trim(label)'
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE label_claims AS
     SELECT coalesce(trim(image), '') AS reference, coalesce(${label}, '') AS label, trim(display_name) AS display_name,
       coalesce(${who}, $1) AS source, trim(confidence) AS confidence_text,
       ${rated ? 'try_cast(trim(confidence) AS DOUBLE)' : '1.0::DOUBLE'} AS confidence
     FROM label_text`,
    separator ? [source, separator] : [source],
  )
  await connection.run('DROP TABLE label_text')
  const report = await foldClaims(connection, csv)
  if (report.labels === 0) throw noLabels(path, report)
  return report
}

/** Folds `label_claims` into `label_rows`, drops it, and counts. */
export async function foldClaims(connection: DuckDBConnection, csv: CsvReport | null): Promise<LabelReport> {
  const faults = {
    noImage: "reference = ''",
    noLabel: "reference <> '' AND label = ''",
    badConfidence: "reference <> '' AND label <> '' AND coalesce(confidence NOT BETWEEN 0 AND 1, true)",
  }
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE label_rows AS
     SELECT reference, label, coalesce(nullif(min(claim.display_name), ''), any_value(class.display_name), label) AS display_name,
       source, max(confidence) AS confidence, min(confidence) <> max(confidence) AS conflicting
     FROM label_claims AS claim LEFT JOIN class_names AS class USING (label)
     WHERE reference <> '' AND label <> '' AND confidence BETWEEN 0 AND 1
     GROUP BY reference, label, source`,
  )
  const claims = await countRows(connection, 'label_claims')
  const labels = await countRows(connection, 'label_rows')
  const noImage = await cases(connection, 'label', `label_claims WHERE ${faults.noImage}`)
  const noLabel = await cases(connection, 'reference', `label_claims WHERE ${faults.noLabel}`)
  const badConfidence = await cases(
    connection,
    "reference || ' ' || label || ' ' || coalesce(confidence_text, 'empty')",
    `label_claims WHERE ${faults.badConfidence}`,
  )
  await connection.run('DROP TABLE label_claims')
  return {
    csv,
    claims,
    labels,
    repeated: claims - labels - noImage.count - noLabel.count - badConfidence.count,
    conflicting: await cases(connection, "reference || ' ' || label", 'label_rows WHERE conflicting'),
    noImage,
    noLabel,
    badConfidence,
    unknownLabels: await cases(
      connection,
      'label',
      '(SELECT DISTINCT label FROM label_rows ANTI JOIN class_names USING (label)) WHERE EXISTS (FROM class_names)',
    ),
  }
}

function noLabels(path: string, { csv, claims, noImage, noLabel, badConfidence }: LabelReport) {
  const faults = [
    [noImage, 'without an image'],
    [noLabel, 'without a label'],
    [badConfidence, 'with a confidence that is no number from 0 to 1'],
  ] as const
  const found = faults
    .filter(([{ count }]) => count > 0)
    .map(([{ count, examples }, what]) => `${count} ${what} (${examples.join(', ')})`)
  if (csv !== null && csv.unreadable.length > 0) found.push(describeUnreadable(csv.unreadable))
  return userError(
    'no_labels',
    `${path} gives no label: ${claims === 0 && found.length === 0 ? 'it has no row below its header' : found.join('; ')}`,
    'each row needs an image and a label; a confidence, where there is one, is a number from 0 to 1',
  )
}
