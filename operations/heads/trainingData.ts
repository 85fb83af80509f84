import { readVectors, type Vectors } from '../../tables/readVectors.ts'
import { type TrainingLabels, type TrainingLabelsOptions, trainingLabels } from './trainingLabels.ts'

export interface TrainingData extends TrainingLabels {
  readonly features: Vectors
}

/**
 * Embeddings of one model with the verified labels of their images: see `trainingLabels`.
 * @throws HubError as trainingLabels, `bad_vectors`
 */
export async function trainingData(options: TrainingLabelsOptions): Promise<TrainingData> {
  const labels = await trainingLabels(options)
  const rows = labels.ids.length
  const features =
    rows === 0
      ? { data: new Float32Array(0), rows: 0, columns: 0 }
      : await readVectors(
          options.connection,
          'SELECT row_number, embedding FROM embedded JOIN chosen USING (image_id)',
          rows,
        )
  return { ...labels, features }
}
