import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Changes } from '../catalog/commit.ts'
import { bindParameters } from '../pipelines/bindParameters.ts'
import type { LabelReport } from '../sources/labels/LabelReport.ts'
import { type MatchReport, matchLabels } from '../sources/labels/matchLabels.ts'
import { readSql } from '../sql/readSql.ts'
import { annotations } from '../tables/annotations.ts'
import { class_edges } from '../tables/class_edges.ts'
import { classes } from '../tables/classes.ts'
import { type Columns, duckdbDdl, type Table } from '../tables/defineTable.ts'
import { images } from '../tables/images.ts'
import { columnList, copyToParquet, ParquetWriter } from '../tables/ParquetWriter.ts'
import { readParquet, sqlName } from '../tables/sqlText.ts'
import type { OpenSource } from './openSource.ts'

export interface LabelTablesOptions {
  readonly connection: DuckDBConnection
  readonly source: OpenSource
  readonly runId: string
  readonly folder: string
  /** Files of the origins that this ingest listed. */
  readonly listed: readonly string[]
  /** Files of this run's images, and those of the hub before it. */
  readonly newImages: readonly string[]
  readonly base: Readonly<Record<'images' | 'annotations' | 'classes' | 'class_edges', readonly string[]>>
}

export interface LabelTables {
  readonly changes: Changes
  readonly report: (LabelReport & { readonly match: MatchReport }) | null
}

/** The rows of annotations, classes and class_edges that a source's labels change, for the images that this ingest listed. */
export async function labelTables(options: LabelTablesOptions): Promise<LabelTables> {
  const { connection, source, runId, folder, base } = options
  if (source.labels === null) return { changes: {}, report: null }
  await defineView(connection, 'hub_images', images, base.images)
  await defineView(connection, 'run_images', images, options.newImages)
  for (const table of [annotations, classes, class_edges])
    await defineView(connection, table.name, table, base[table.name as keyof typeof base])
  await connection.run(
    `CREATE TEMP VIEW images_to_label AS
     SELECT origin, image_id FROM (
       FROM (SELECT origin, image_id FROM run_images)
       UNION ALL BY NAME
       FROM (SELECT origin, image_id FROM hub_images ANTI JOIN run_images USING (origin))
     ) SEMI JOIN ${readParquet(options.listed)} AS listed USING (origin)`,
  )
  const report = await source.labels('images_to_label')
  const match = await matchLabels({ connection, images: 'images_to_label', root: source.manifest.root })
  const changed = (name: string, sql: string, columns: Columns) =>
    copyToParquet({
      connection,
      sql: bindParameters(readSql('pipelines', sql), { run_id: runId }),
      columns,
      path: join(folder, `${name}.parquet`),
    })
  return {
    changes: {
      annotations: [await changed('annotations', 'ingest_annotations', annotations.columns)],
      classes: [await changed('classes', 'ingest_classes', classes.columns)],
      class_edges: [await writeEdges(options)],
    },
    report: { ...report, match },
  }
}

async function writeEdges({ connection, source, runId, folder }: LabelTablesOptions) {
  const writer = await ParquetWriter.open(connection, class_edges.columns)
  await writer.write(source.edges.map(edge => ({ ...edge, run_id: runId })))
  const { path } = await writer.close(join(folder, 'all_class_edges.parquet'))
  return await copyToParquet({
    connection,
    sql: `SELECT ${columnList(class_edges.columns)} FROM ${readParquet([path])} ANTI JOIN class_edges USING (parent, child, relation)`,
    columns: class_edges.columns,
    path: join(folder, 'class_edges.parquet'),
  })
}

async function defineView(
  connection: DuckDBConnection,
  name: string,
  { columns }: Table,
  files: readonly string[],
): Promise<void> {
  await connection.run(
    files.length === 0
      ? duckdbDdl({ name, columns })
      : `CREATE VIEW ${sqlName(name)} AS SELECT ${columnList(columns)} FROM ${readParquet(files)}`,
  )
}
