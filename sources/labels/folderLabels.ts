import type { DuckDBConnection } from '@duckdb/node-api'
import { userError } from '../../base/HubError.ts'
import { loadClassDescriptions } from './classDescriptions.ts'
import { relativePathSql } from './imageKeys.ts'
import type { LabelReport } from './LabelReport.ts'
import { foldClaims } from './loadLabels.ts'

export interface FolderLabelsOptions {
  readonly connection: DuckDBConnection
  /** Name of a table or view with a column `origin`. */
  readonly images: string
  /** URI of the folder that was read. Images that lie in it directly have no label. */
  readonly root: string
}

/**
 * The name of each image's own folder as its label, with source `folder` and confidence 1: makes `label_rows` and an empty
 * `class_names`, as `loadLabels` does.
 * @throws HubError `no_labels` where every image lies in the root itself
 */
export async function folderLabels({ connection, images, root }: FolderLabelsOptions): Promise<LabelReport> {
  await loadClassDescriptions({ connection, path: null })
  await connection.run(
    `CREATE OR REPLACE TEMP TABLE label_claims AS
     SELECT origin AS reference, coalesce(nfc_normalize(trim(string_split(path, '/')[-2])), '') AS label, NULL::VARCHAR AS display_name,
       'folder' AS source, NULL::VARCHAR AS confidence_text, 1.0::DOUBLE AS confidence
     FROM (SELECT DISTINCT origin, ${relativePathSql('origin', '$1')} AS path FROM ${images})`,
    [root],
  )
  const report = await foldClaims(connection, null)
  if (report.labels === 0)
    throw userError(
      'no_labels',
      `no image under ${root} lies in a folder that could name its class`,
      'put the images of a class into a folder of its name, or give a label CSV',
    )
  return report
}
