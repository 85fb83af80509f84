import { HubError } from '../../base/HubError.ts'
import type { DataFrame } from './connect/DataFrame.ts'

/** The one row of whole numbers that a query gives, for example counts; null is 0. */
export async function collectNumbers<const N extends string>(
  query: DataFrame,
  names: readonly N[],
  signal?: AbortSignal,
): Promise<Record<N, number>> {
  for await (const batch of query.batches({ signal }))
    return Object.fromEntries(names.map(name => [name, Number(batch.getChild(name)?.get(0) ?? 0)])) as Record<
      N,
      number
    >
  throw new HubError({ code: 'spark_bad_result', message: `Spark gave no row for ${names.join(', ')}` })
}
