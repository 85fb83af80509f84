import { z } from 'zod'
import { inferringCluster } from './define/clusters.ts'
import { defineJob } from './define/defineJob.ts'
import { hubParameter } from './define/hubParameter.ts'

/** Embeds every accepted image that the model has not seen. */
export default defineJob({
  name: 'featurize',
  describe: 'Embed every accepted image that a model has not seen',
  params: z.object({
    ...hubParameter,
    model: z.string().default('inception-v3-imagenet').describe('id of a model of the hub, or of your own'),
  }),
  models: ({ model }) => [model],
  cluster: inferringCluster,
  async pipeline({ model }, context) {
    const { findModel, hubModelStore, userModelStore } = await import('../models/modelStores.ts')
    const { featurize } = await import('../operations/featurize.ts')
    const stored = await findModel(model, [hubModelStore(context.hub.storage), userModelStore()])
    return [await featurize({ ...context, model: stored })]
  },
})
