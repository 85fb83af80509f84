import { z } from 'zod'
import { train } from '../operations/heads/train.ts'
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
    regParam: z.number().min(0).default(0.05).describe('regularisation strength'),
    elasticNetParam: z.number().min(0).max(1).default(0).describe('share of it that is L1'),
  }),
  cluster: decodingCluster,
  async pipeline({ model, head, regParam, elasticNetParam }, { hub, engine, signal }) {
    const { run } = await train({
      hub,
      engine,
      signal,
      name: head,
      modelId: model,
      regParams: [regParam],
      elasticNetParams: [elasticNetParam],
    })
    return [run]
  },
})
