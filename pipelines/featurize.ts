import type { ModelManifest } from '../models/ModelManifest.ts'
import { readSql } from '../sql/readSql.ts'
import { featurizeInput } from '../stages/featurize/columns.ts'
import featurize, { type FeaturizeParams } from '../stages/featurize/featurize.ts'
import { embeddings } from '../tables/embeddings.ts'
import { failures } from '../tables/failures.ts'
import { images } from '../tables/images.ts'
import type { Pipeline } from './Pipeline.ts'

/**
 * Images that inference takes at a time: on a CPU any number from 1 to 32 is as fast, and a small one holds less memory; for a GPU as many
 * as it may find best to compute at once.
 */
const batchImages = { cpu: 8, cuda: 256 } as const

export interface FeaturizePipelineOptions {
  readonly runId: string
  readonly model: ModelManifest
  readonly featurize: FeaturizeParams
}

/** Accepted images that a model has not seen to embeddings. */
export function featurizePipeline({ runId, model, featurize: params }: FeaturizePipelineOptions): Pipeline {
  const modelIs = { model_id: model.id, model_sha256: model.sha256 }
  return {
    name: 'featurize',
    inputs: { images: images.columns, embeddings: embeddings.columns, failures: failures.columns },
    steps: [
      {
        kind: 'query',
        name: 'to_do',
        sql: readSql('pipelines', 'featurize_to_do'),
        parameters: modelIs,
        output: featurizeInput,
      },
      {
        kind: 'stage',
        name: 'featurized',
        stage: featurize,
        input: 'to_do',
        params,
        identity: {
          ...modelIs,
          input: model.input,
          resize: model.resize,
          limits: params.limits,
          // A GPU rounds otherwise.
          ...(params.device === 'cpu' ? {} : { device: params.device }),
        },
        batchRows: batchImages[params.device],
      },
      {
        kind: 'query',
        name: 'embedded',
        sql: readSql('pipelines', 'featurize_embeddings'),
        parameters: { ...modelIs, run_id: runId },
        output: embeddings.columns,
      },
      {
        kind: 'query',
        name: 'failed',
        sql: readSql('pipelines', 'featurize_failures'),
        parameters: { run_id: runId },
        output: failures.columns,
      },
    ],
    outputs: { embeddings: 'embedded', failures: 'failed' },
  }
}
