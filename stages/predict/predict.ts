import { z } from 'zod'
import { openHead } from '../../models/heads/openHead.ts'
import { batchToRows, rowsToBatch } from '../../tables/batch.ts'
import { defineStage } from '../Stage.ts'
import { predictInput, predictOutput } from './columns.ts'

const params = z.object({
  /** The head's ONNX file on this machine. */
  headPath: z.string(),
  /** The model that made the embeddings. */
  model: z.object({ id: z.string(), sha256: z.string() }),
})

export type PredictParams = z.infer<typeof params>

/** Embeddings to the probabilities that a head gives them. */
export default defineStage<PredictParams>({
  name: 'predict',
  module: import.meta.url,
  version: '1',
  input: predictInput,
  output: predictOutput,
  params,
  files: ['headPath'],
  async *map(input, { params, keep }) {
    const head = await keep(`head ${JSON.stringify(params)}`, () =>
      openHead({ path: params.headPath, model: params.model }),
    )
    const { labels } = head.facts
    for await (const batch of input) {
      const rows = batchToRows(predictInput, batch)
      const embeddings = new Float32Array(rows.length * head.columns)
      for (const [index, { embedding }] of rows.entries()) embeddings.set(embedding, index * head.columns)
      const probabilities = await head.predict(embeddings, rows.length)
      yield rowsToBatch(
        predictOutput,
        rows.map(({ image_id }, index) => ({
          image_id,
          probabilities: probabilities.subarray(index * labels.length, (index + 1) * labels.length),
        })),
      )
    }
  },
})
