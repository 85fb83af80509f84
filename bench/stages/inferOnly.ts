import type { z } from 'zod'
import { openEmbeddingSession } from '../../models/EmbeddingSession.ts'
import { featurizeInput, featurizeOutput } from '../../stages/featurize/columns.ts'
import { embedBatch } from '../../stages/featurize/embedBatch.ts'
import featurize from '../../stages/featurize/featurize.ts'
import { defineStage } from '../../stages/Stage.ts'
import { batchToRows, rowsToBatch } from '../../tables/batch.ts'

/** The second half of featurize: inference of pixels that are there already. */
export default defineStage({
  name: 'infer-only',
  module: import.meta.url,
  version: '1',
  input: featurizeInput,
  output: featurizeOutput,
  params: featurize.params as z.ZodType<z.infer<typeof featurize.params>>,
  async *map(input, { params, keep }) {
    const { height, width } = params.model.input
    const session = await keep(params.modelPath, () =>
      openEmbeddingSession({ path: params.modelPath, manifest: params.model }),
    )
    const pixels = new Uint8Array(height * width * 3).map((_, index) => (index * 31) & 255)
    for await (const batch of input) {
      const decoded = batchToRows(featurizeInput, batch).map(row => ({ row, result: { pixels } }))
      yield rowsToBatch(featurizeOutput, await embedBatch(session, decoded))
    }
  },
})
