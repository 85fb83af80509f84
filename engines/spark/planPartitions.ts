export interface PartitionPlanOptions {
  /** Rows that are left to do. */
  readonly rows: number
  /** What they cost together, in bytes. */
  readonly bytes: number
  /** Tasks that run at once. */
  readonly slots: number
  /** Rows of one batch: no partition is smaller. */
  readonly batchRows: number
}

/** Bytes of one partition: small enough that a lost task costs little, large enough that starting it costs nothing. */
export const partitionBytes = 256 << 20
/** Partitions for each slot, at least: the last ones to end leave little idle. */
const waves = 3
/** Of one job: a scheduler that keeps more is slow itself. */
const mostPartitions = 20_000

/** What a row costs beside its bytes: starting a read, and inference, which is the same for every image. */
export const rowBytes = 1 << 20

/** In how many partitions a stage's rows are cut. */
export function planPartitions({ rows, bytes, slots, batchRows }: PartitionPlanOptions): number {
  const wanted = Math.max(waves * slots, Math.ceil(bytes / partitionBytes))
  return Math.max(1, Math.min(wanted, Math.ceil(rows / batchRows), mostPartitions))
}
