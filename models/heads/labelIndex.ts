/** Labels in the order of a head's outputs, how often each occurs, and the index of each. */
export interface LabelIndex {
  readonly labels: readonly string[]
  readonly counts: readonly number[]
  readonly indexOf: ReadonlyMap<string, number>
}

/**
 * Orders labels as MLlib's StringIndexer does by default (`frequencyDesc`): by falling frequency, ties by name in UTF-16 order.
 * https://spark.apache.org/docs/latest/api/python/reference/api/pyspark.ml.feature.StringIndexer.html
 */
export function labelIndex(occurrences: Iterable<string>): LabelIndex {
  const counts = new Map<string, number>()
  for (const label of occurrences) counts.set(label, (counts.get(label) ?? 0) + 1)
  const ordered = [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
  return {
    labels: ordered.map(([label]) => label),
    counts: ordered.map(([, count]) => count),
    indexOf: new Map(ordered.map(([label], index) => [label, index])),
  }
}
