import type { FailureSummary, ModelUse } from '../ReportData.ts'
import { numberOf, type ReportQuery, textOf, textOrNull } from './rows.ts'

/** Images that a stage could not process, those of the newest runs first. */
export async function collectFailures(query: ReportQuery, limit: number): Promise<FailureSummary> {
  const rows = await query(
    `SELECT f.*, count(*) OVER () AS n
     FROM failures AS f LEFT JOIN runs AS r ON r.run_id = f.run_id
     ORDER BY r.started_at DESC NULLS LAST, f.stage, f.code, f.origin LIMIT $limit`,
    { limit },
  )
  return {
    total: rows[0] === undefined ? 0 : numberOf(rows[0], 'n'),
    shown: rows.map(row => ({
      stage: textOf(row, 'stage'),
      code: textOf(row, 'code'),
      message: textOf(row, 'message'),
      origin: textOf(row, 'origin'),
      imageId: textOrNull(row, 'image_id'),
      runId: textOf(row, 'run_id'),
    })),
  }
}

/** The models that made embeddings. */
export async function collectModels(query: ReportQuery): Promise<ModelUse[]> {
  const models = await query(`
    SELECT model_id, model_sha256, count(*) AS n FROM embeddings
    GROUP BY model_id, model_sha256 ORDER BY n DESC, model_id LIMIT 20`)
  return Promise.all(
    models.map(async model => {
      const modelId = textOf(model, 'model_id')
      // One row, not all: an embedding is thousands of bytes.
      const [first = {}] = await query(
        'SELECT len(embedding) AS dimensions FROM embeddings WHERE model_id = $model LIMIT 1',
        { model: modelId },
      )
      return {
        modelId,
        sha256: textOf(model, 'model_sha256'),
        images: numberOf(model, 'n'),
        dimensions: numberOf(first, 'dimensions'),
      }
    }),
  )
}
