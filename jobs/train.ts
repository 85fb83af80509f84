import { z } from 'zod'
import { decodingCluster } from './define/clusters.ts'
import { defineJob } from './define/defineJob.ts'
import { hubParameter } from './define/hubParameter.ts'

/** Trains a head on all verified labels. */
export default defineJob({
  name: 'train',
  describe: 'Train a logistic-regression head on embeddings and verified labels',
  params: z.object({
    ...hubParameter,
    model: z
      .string()
      .default('inception-v3-imagenet')
      .describe('id of the model whose embeddings are learned from'),
    head: z.string().default('labels').describe('name of the head'),
    regParams: z
      .array(z.number().min(0))
      .min(1)
      .default([0.05])
      .describe('regularisation strengths; of several one is chosen by cross-validation'),
    elasticNetParams: z
      .array(z.number().min(0).max(1))
      .min(1)
      .default([0])
      .describe('shares of it that are L1'),
  }),
  cluster: decodingCluster,
  async pipeline({ model, head, regParams, elasticNetParams }, { hub, engine, signal }) {
    const { train } = await import('../operations/heads/train.ts')
    const { run } = await train({
      hub,
      engine,
      signal,
      name: head,
      modelId: model,
      regParams,
      elasticNetParams,
    })
    return [run]
  },
})
