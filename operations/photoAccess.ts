import { z } from 'zod'
import type { Catalog } from '../catalog/Catalog.ts'
import { openImagesS3Options } from '../sources/openImages/locations.ts'
import type { StorageOptions } from '../storage/openStorage.ts'
import type { OriginReaderOptions } from '../storage/originReader.ts'
import type { IngestSource } from './IngestSource.ts'

/** What may be told of how photos were reached: nothing that is secret. */
const access = z.object({
  anonymous: z.boolean().exactOptional(),
  endpoint: z.string().transform(withoutSecrets).exactOptional(),
  region: z.string().exactOptional(),
})

/** How the photos of a source are reached. */
export function photoStorage(source: IngestSource): StorageOptions {
  return source.kind === 'open_images'
    ? { ...openImagesS3Options(), ...source.storage }
    : (source.storage ?? {})
}

/** A source as a run's record keeps it. */
export function recordedSource(source: IngestSource): object {
  const { storage: _, ...told } = source
  const storage = access.parse(photoStorage(source))
  return Object.keys(storage).length === 0 ? told : { ...told, storage }
}

/** How the images of a hub are reached: each bucket as by the run that read its newest image, unless `override` says otherwise. */
export async function originAccess(
  catalog: Catalog,
  override: StorageOptions = {},
): Promise<OriginReaderOptions> {
  const { rows } = await catalog.query(
    `SELECT split_part(origin, '/', 3) AS bucket,
       arg_max(coalesce(CAST(parameters -> 'source' -> 'storage' AS VARCHAR), '{}'), run_id) AS storage
     FROM images JOIN runs USING (run_id) WHERE starts_with(origin, 's3://') GROUP BY bucket`,
  )
  const buckets = rows.map(({ bucket, storage }) => [
    String(bucket),
    { ...access.parse(JSON.parse(String(storage))), ...override },
  ])
  return { ...override, buckets: Object.fromEntries(buckets) }
}

/** A URL may carry a user, a password or a token. */
function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//').replace(/[?#].*/s, '')
}
