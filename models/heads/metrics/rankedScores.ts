/** One class's scores, ranked once, so that its AUC for any multiplicities of the rows takes one pass. */
export interface RankedScores {
  /** Rows by falling score. */
  readonly order: Int32Array
  /** 1 where the next row in order has a lower score. */
  readonly endsTie: Uint8Array
  /** By row: 1 where it is of the class. */
  readonly positive: Uint8Array
}

/** @param rows the rows that count, as indices into the arrays */
export function rankScores(scores: Float64Array, positive: Uint8Array, rows: Int32Array): RankedScores {
  const order = rows.slice().sort((a, b) => (scores[b] as number) - (scores[a] as number))
  const endsTie = Uint8Array.from(order, (row, at) => {
    const next = order[at + 1]
    return next === undefined || scores[next] !== scores[row] ? 1 : 0
  })
  return { order, endsTie, positive }
}

/**
 * Area under the ROC curve: the probability that a row of the class scores above one that is not, ties counting half
 * (Mann and Whitney). NaN where either side is empty.
 * @param counts how often each row counts
 */
export function areaUnderRoc({ order, endsTie, positive }: RankedScores, counts: Uint32Array): number {
  let positives = 0
  let negatives = 0
  let tiedPositives = 0
  let tiedNegatives = 0
  let pairs = 0
  for (let at = 0; at < order.length; at++) {
    const row = order[at] as number
    const count = counts[row] as number
    if (positive[row] === 1) tiedPositives += count
    else tiedNegatives += count
    if (endsTie[at] === 1) {
      pairs += tiedNegatives * (positives + tiedPositives / 2)
      positives += tiedPositives
      negatives += tiedNegatives
      tiedPositives = 0
      tiedNegatives = 0
    }
  }
  return pairs / (positives * negatives)
}
