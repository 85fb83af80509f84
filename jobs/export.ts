import { z } from 'zod'
import { below } from './define/below.ts'
import { exportingCluster } from './define/clusters.ts'
import { defineJob } from './define/defineJob.ts'
import { hubParameter } from './define/hubParameter.ts'
import { photoParameter, photosOf } from './define/photoParameter.ts'
import { placesInS3 } from './define/placesInS3.ts'

const params = z.object({
  ...hubParameter,
  query: z.string().default('labelled_images').describe('a named query; not asked where sql is given'),
  sql: z.string().nullable().default(null).describe('a SELECT in its place'),
  params: z
    .record(z.string(), z.union([z.string(), z.number(), z.null()]))
    .default({})
    .describe('values of $name parameters, as JSON'),
  to: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'the file: s3://bucket/prefix/NAME.parquet, or a path below the hub; exports/QUERY.parquet unless given',
    ),
  limit: z.int().min(0).nullable().default(null).describe('rows at most; null: all'),
  images: z
    .string()
    .nullable()
    .default(null)
    .describe(
      'where the pictures of the rows are copied to: s3://bucket/prefix, or a path below the hub; null: nowhere',
    ),
  folders: z
    .string()
    .nullable()
    .default(null)
    .describe('column that names their folders, or none; display_name or label unless given'),
  ...photoParameter,
})

type Given = z.infer<typeof params>

/** Writes the rows of a query to a Parquet file, with their pictures where asked to. */
export default defineJob({
  name: 'export',
  describe: 'Write the rows of a query to a Parquet file, with their pictures where asked to',
  params,
  access(given) {
    const images = imagesOf(given)
    return {
      reads: placesInS3(images === null ? [] : [photosOf(given)]),
      // Permissions are for folders.
      writes: placesInS3([fileOf(given).replace(/\/[^/]*$/, ''), images]),
    }
  },
  cluster: exportingCluster,
  async pipeline(given, { hub, engine, signal, onProgress }) {
    const { exportRows } = await import('../operations/export/exportRows.ts')
    const { sql, query, limit, folders } = given
    const images = imagesOf(given)
    const { run } = await exportRows({
      hub,
      question: { ...(sql === null ? { query } : { sql }), parameters: given.params },
      to: fileOf(given),
      engine: engine.name,
      signal,
      ...(limit === null ? {} : { limit }),
      ...(images === null ? {} : { images }),
      ...(folders === null ? {} : { folders }),
      ...(onProgress === undefined ? {} : { onProgress }),
    })
    return [run]
  },
})

function fileOf({ hub, query, sql, to }: Given): string {
  return placeOf(hub, to ?? `exports/${sql === null ? query : 'sql'}.parquet`)
}

function imagesOf({ hub, images }: Given): string | null {
  return images === null ? null : placeOf(hub, images)
}

/** A relative path is below the hub: the machine that the job runs on keeps nothing. */
function placeOf(hub: string, place: string): string {
  return /^([a-z][a-z0-9+.-]*:|\/)/i.test(place) ? place : below(hub, place)
}
