import { readSql } from '../sql/readSql.ts'
import { predictInput } from '../stages/predict/columns.ts'
import predict, { type PredictParams } from '../stages/predict/predict.ts'
import { embeddings } from '../tables/embeddings.ts'
import { headLabels } from '../tables/headLabels.ts'
import { images } from '../tables/images.ts'
import { predictions } from '../tables/predictions.ts'
import type { Pipeline } from './Pipeline.ts'

export interface PredictPipelineOptions {
  readonly runId: string
  readonly headId: string
  /** Classes kept for each image, the most probable first. */
  readonly mostClasses: number
  readonly predict: PredictParams
}

/** Embeddings that a head has not judged to predictions. */
export function predictPipeline({
  runId,
  headId,
  mostClasses,
  predict: params,
}: PredictPipelineOptions): Pipeline {
  return {
    name: 'predict',
    inputs: {
      images: images.columns,
      embeddings: embeddings.columns,
      predictions: predictions.columns,
      head_labels: headLabels,
    },
    steps: [
      {
        kind: 'query',
        name: 'to_do',
        sql: readSql('pipelines', 'predict_to_do'),
        parameters: { head_id: headId, model_id: params.model.id, model_sha256: params.model.sha256 },
        output: predictInput,
      },
      {
        kind: 'stage',
        name: 'judged',
        stage: predict,
        input: 'to_do',
        params,
        identity: { head_id: headId },
        batchRows: 256,
      },
      {
        kind: 'query',
        name: 'predicted',
        sql: readSql('pipelines', 'predict_predictions'),
        parameters: { head_id: headId, run_id: runId, most_classes: mostClasses },
        output: predictions.columns,
      },
    ],
    outputs: { predictions: 'predicted' },
  }
}
