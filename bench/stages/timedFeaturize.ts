import { appendFileSync } from 'node:fs'
import { join } from 'node:path'
import { threadId } from 'node:worker_threads'
import { z } from 'zod'
import featurize, { type FeaturizeParams } from '../../stages/featurize/featurize.ts'
import { defineStage } from '../../stages/Stage.ts'

interface TimedParams extends FeaturizeParams {
  /** Folder that the threads note finished batches in, as progressFiles.ts reads them. */
  readonly progress: string
}

/** featurize, which notes when it finished which batch: the same clock for every engine. */
export default defineStage<TimedParams, typeof featurize.input, typeof featurize.output>({
  name: 'timed-featurize',
  module: import.meta.url,
  version: featurize.version,
  input: featurize.input,
  output: featurize.output,
  params: featurize.params.and(z.object({ progress: z.string() })),
  files: ['modelPath'],
  async *map(input, context) {
    const file = join(context.params.progress, `${process.pid}-${threadId}`)
    for await (const batch of featurize.map(input, context)) {
      appendFileSync(file, `${Date.now()} ${batch.numRows}\n`)
      yield batch
    }
  },
})
