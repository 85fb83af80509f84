import type { z } from 'zod'
import { featurizeInput, featurizeOutput } from '../../stages/featurize/columns.ts'
import featurize from '../../stages/featurize/featurize.ts'
import { readPixels } from '../../stages/featurize/readPixels.ts'
import { readAhead } from '../../stages/readAhead.ts'
import { defineStage } from '../../stages/Stage.ts'
import { openOriginReader } from '../../storage/originReader.ts'
import { batchToRows, rowsToBatch } from '../../tables/batch.ts'

/** The first half of featurize: fetch, hash, decode and resize, with nothing behind it. */
export default defineStage({
  name: 'decode-only',
  module: import.meta.url,
  version: '1',
  input: featurizeInput,
  output: featurizeOutput,
  params: featurize.params as z.ZodType<z.infer<typeof featurize.params>>,
  map(input, { params, signal }) {
    const reader = openOriginReader(params.storage)
    return readAhead(input, params.batchesAhead, async batch => {
      const rows = batchToRows(featurizeInput, batch)
      const options = { reader, limits: params.limits, signal, input: params.model.input }
      const decoded = await Promise.all(rows.map(row => readPixels(row, options)))
      return rowsToBatch(
        featurizeOutput,
        decoded.map(({ row, result }) => ({
          image_id: row.image_id,
          origin: row.origin,
          image_sha256: row.sha256,
          embedding: null,
          code: 'pixels' in result ? null : result.code,
          message: null,
        })),
      )
    })
  },
})
