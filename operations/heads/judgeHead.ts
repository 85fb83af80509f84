import { userError } from '../../base/HubError.ts'
import type { HeadKind } from '../../models/heads/headTasks.ts'
import { evaluateHead } from '../../models/heads/metrics/evaluateHead.ts'
import { openHead } from '../../models/heads/openHead.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { readParquet, sqlText } from '../../tables/sqlText.ts'
import type { EvaluateResult } from './evaluate.ts'
import { trainingData } from './trainingData.ts'
import type { TrainingFiles } from './trainingLabels.ts'

export interface JudgeHeadOptions {
  readonly files: TrainingFiles & { readonly splits: readonly string[] }
  readonly headId: string
  readonly headPath: string
  readonly labels: readonly string[]
  readonly kind: HeadKind
  readonly modelId: string
  readonly modelSha256: string
  readonly on: 'test' | 'train' | 'unseen'
  readonly seed: number
  readonly threads: number
}

/** Judges a head in the calling thread. */
export default async function judgeHead(options: JudgeHeadOptions): Promise<Omit<EvaluateResult, 'head'>> {
  const { files, headId, headPath, labels, kind, modelId, modelSha256, on, seed, threads } = options
  return await withDuckdb({}, async connection => {
    const split =
      files.splits.length === 0
        ? '(SELECT NULL AS head_id, NULL AS image_id, NULL AS split WHERE false)'
        : readParquet(files.splits)
    const own = `SELECT image_id FROM ${split} WHERE head_id = ${sqlText(headId)}`
    const data = await trainingData({
      connection,
      files,
      modelId,
      modelSha256,
      classes: labels,
      labelOrder: labels,
      kind,
      group: null,
      only: on === 'unseen' ? `image_id NOT IN (${own})` : `image_id IN (${own} AND split = ${sqlText(on)})`,
    })
    if (data.ids.length === 0)
      throw userError(
        'no_labels',
        `no ${on} image of head ${headId} has a verified label of it`,
        'evaluate on other images: --on test, train or unseen',
      )
    await using head = await openHead({
      path: headPath,
      model: { id: modelId, sha256: modelSha256 },
      threads,
    })
    const { features } = data
    const probabilities = await head.predict(features.data, features.rows)
    return {
      metrics: evaluateHead({ ...data, probabilities, rows: features.rows, seed }),
      displayNames: data.displayNames,
    }
  })
}
