import { readdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import { type CsvReport, loadCsv } from '../csv/loadCsv.ts'

export interface ClassDescriptionsOptions {
  readonly connection: DuckDBConnection
  /** A CSV of class id and display name, with or without a header line; null makes an empty table. */
  readonly path: string | null
}

/**
 * Class ids and their names as the temporary table `class_names(label, display_name)`, one row for each id (the first of the
 * file where it is named twice). Open Images writes the file both with a header (`LabelName,DisplayName`) and without.
 */
export async function loadClassDescriptions({
  connection,
  path,
}: ClassDescriptionsOptions): Promise<CsvReport | null> {
  if (path === null) {
    await connection.run('CREATE OR REPLACE TEMP TABLE class_names (label VARCHAR, display_name VARCHAR)')
    return null
  }
  const report = await loadCsv({
    connection,
    path,
    table: 'class_descriptions_text',
    isHeader: ([first = '']) => /^(label_?name|label|class|id|mid)$/i.test(first.trim()),
    wanted: {
      label: { names: ['LabelName', 'label', 'class', 'id', 'mid', 'column1'], required: true },
      display_name: { names: ['DisplayName', 'name', 'description', 'column2'], required: true },
    },
  })
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE class_names AS
     SELECT trim(label) AS label, coalesce(nullif(trim(arg_min(display_name, rowid)), ''), trim(label)) AS display_name
     FROM class_descriptions_text WHERE trim(label) <> '' GROUP BY trim(label);
     DROP TABLE class_descriptions_text`,
  )
  return report
}

/** The class files that Open Images ships beside a label CSV, where they lie in its folder: the widest description, the hierarchy. */
export async function classFilesBeside(
  labelFile: string,
): Promise<{ readonly descriptions: string | null; readonly hierarchy: string | null }> {
  const folder = dirname(labelFile)
  const names = (await readdir(folder)).sort((a, b) => a.length - b.length)
  const find = (pattern: RegExp) => {
    const name = names.find(candidate => pattern.test(candidate))
    return name === undefined ? null : join(folder, name)
  }
  return {
    descriptions: find(/class-descriptions.*\.csv$/i),
    hierarchy: find(/hierarchy.*\.json$/i),
  }
}
