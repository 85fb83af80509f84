import { z } from 'zod'
import { ingest } from '../operations/ingest.ts'
import { below } from './define/below.ts'
import { decodingCluster } from './define/clusters.ts'
import { defineJob } from './define/defineJob.ts'
import { hubParameter } from './define/hubParameter.ts'
import { placesInS3 } from './define/placesInS3.ts'

const params = z.object({
  ...hubParameter,
  from: z
    .string()
    .nullable()
    .default(null)
    .describe('photos: a folder or s3://bucket/prefix; incoming/ below the hub unless given'),
  labels: z
    .enum(['folder', 'none'])
    .default('folder')
    .describe('folder: the folder that a photo is in names its class'),
  supplier: z.string().nullable().default(null).describe('who sent the photos'),
})

const sourceOf = ({ hub, from }: { readonly hub: string; readonly from: string | null }) =>
  from ?? below(hub, 'incoming')

/** Reads new and changed photos into the hub. */
export default defineJob({
  name: 'ingest',
  describe: 'Read new and changed photos into the hub, with a verdict for each',
  params,
  access: given => ({ reads: placesInS3([sourceOf(given)]), writes: [] }),
  cluster: decodingCluster,
  async pipeline(given, context) {
    const { run } = await ingest({
      ...context,
      source: { kind: 'folder', uri: sourceOf(given) },
      labels: given.labels === 'folder' ? { kind: 'folder' } : null,
      ...(given.supplier === null ? {} : { supplierId: given.supplier }),
    })
    return [run]
  },
})
