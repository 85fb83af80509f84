export interface PartPlanOptions {
  readonly rows: number
  /** Features of a row. */
  readonly columns: number
  /** Tasks that run at once. */
  readonly slots: number
}

/** Bytes of a part: decoded whole in a worker, and what a lost one costs. */
const partBytes = 64 << 20
/** Parts for each slot, at least: the last ones to end leave little idle. */
const waves = 2
/** Of one evaluation: more cost the scheduler more than they save. */
const mostParts = 10_000

/** In how many parts training rows are cut. */
export function planParts({ rows, columns, slots }: PartPlanOptions): number {
  const bytes = rows * columns * Float32Array.BYTES_PER_ELEMENT
  const wanted = Math.max(waves * slots, Math.ceil(bytes / partBytes))
  return Math.max(1, Math.min(wanted, rows, mostParts))
}
