import { z } from 'zod'
import { decodingCluster } from './define/clusters.ts'
import { defineJob } from './define/defineJob.ts'
import { hubParameter } from './define/hubParameter.ts'

/** Judges every embedding that a head has not seen. */
export default defineJob({
  name: 'predict',
  describe: 'Judge every embedding that a head has not seen',
  params: z.object({
    ...hubParameter,
    head: z.string().default('labels').describe('name or id of the head'),
    mostClasses: z.int().min(1).default(5).describe('classes kept for each image, the most probable first'),
  }),
  cluster: decodingCluster,
  async pipeline({ head, mostClasses }, context) {
    const { predict } = await import('../operations/heads/predict.ts')
    const { run } = await predict({ ...context, head, mostClasses })
    return [run]
  },
})
