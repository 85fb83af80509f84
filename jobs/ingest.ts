import { z } from 'zod'
import { checkIngested } from './define/checkIngested.ts'
import { decodingCluster } from './define/clusters.ts'
import { defineJob } from './define/defineJob.ts'
import { hubParameter } from './define/hubParameter.ts'
import { photoAccess, photoParameter, photosOf } from './define/photoParameter.ts'

const params = z.object({
  ...hubParameter,
  ...photoParameter,
  labels: z
    .enum(['folder', 'none'])
    .default('folder')
    .describe('folder: the folder that a photo is in names its class'),
  supplier: z.string().nullable().default(null).describe('who sent the photos'),
})

/** Reads new and changed photos into the hub. */
export default defineJob({
  name: 'ingest',
  describe: 'Read new and changed photos into the hub, with a verdict for each',
  params,
  access: given => photoAccess(given),
  cluster: decodingCluster,
  async pipeline(given, context) {
    const { ingest } = await import('../operations/ingest.ts')
    const result = await ingest({
      ...context,
      source: { kind: 'folder', uri: photosOf(given) },
      labels: given.labels === 'folder' ? { kind: 'folder' } : null,
      ...(given.supplier === null ? {} : { supplierId: given.supplier }),
    })
    checkIngested(result, context)
    return [result.run]
  },
})
