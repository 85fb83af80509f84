import type { HeadSummary } from '../ReportData.ts'
import { parseHeadMetrics } from './headMetrics.ts'
import { collectMistakes } from './mistakes.ts'
import type { PictureTaker } from './PictureTaker.ts'
import { numberOf, type ReportQuery, textOf, textsOf } from './rows.ts'

/** A head by its name or id (else the newest one), its metrics and its surest mistakes; null where there is none. */
export async function collectHead(
  query: ReportQuery,
  taker: PictureTaker,
  options: { readonly head?: string | undefined; readonly mistakes: number },
): Promise<HeadSummary | null> {
  const [row] =
    options.head === undefined
      ? await query('SELECT * FROM heads ORDER BY trained_at DESC, head_id DESC LIMIT 1')
      : await query(
          'SELECT * FROM heads WHERE head_id = $head OR name = $head ORDER BY trained_at DESC, head_id DESC LIMIT 1',
          { head: options.head },
        )
  if (row === undefined) return null
  const labels = textsOf(row, 'labels')
  const named = await query(
    'SELECT label, display_name FROM classes WHERE list_contains(CAST($labels AS VARCHAR[]), label)',
    {
      labels,
    },
  )
  const displayNames = new Map(named.map(name => [textOf(name, 'label'), textOf(name, 'display_name')]))
  const headId = textOf(row, 'head_id')
  const kind = textOf(row, 'kind')
  const metrics = parseHeadMetrics(textOf(row, 'metrics'), {
    displayName: label => nameOf(label, displayNames),
    confusionClasses: 24,
  })
  return {
    headId,
    name: textOf(row, 'name'),
    kind,
    modelId: textOf(row, 'model_id'),
    modelSha256: textOf(row, 'model_sha256'),
    regParam: numberOf(row, 'reg_param'),
    elasticNetParam: numberOf(row, 'elastic_net_param'),
    seed: numberOf(row, 'seed'),
    trainImages: numberOf(row, 'n_train'),
    testImages: numberOf(row, 'n_test'),
    objective: numberOf(row, 'objective'),
    ...metrics,
    accuracy: metrics.accuracy ?? { value: numberOf(row, 'accuracy'), low: null, high: null },
    ...(await collectMistakes(
      query,
      taker,
      { headId, exclusive: kind !== 'multilabel' && labels.length > 1 },
      options.mistakes,
    )),
  }
}

/** A head with a single label calls its verified absence `not` and the label. */
function nameOf(label: string, displayNames: ReadonlyMap<string, string>): string {
  const negated = label.startsWith('not ') ? displayNames.get(label.slice('not '.length)) : undefined
  return displayNames.get(label) ?? (negated === undefined ? label : `not ${negated}`)
}
