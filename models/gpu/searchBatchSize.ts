export interface BatchSearchOptions {
  /** Images per second with batches of a size; throws where a batch does not fit in memory. */
  readonly rate: (images: number) => Promise<number>
  /** @default 8 */
  readonly least?: number
  /** @default 256 */
  readonly most?: number
  /** A larger batch must be faster by this share. @default 0.05 */
  readonly gain?: number
}

export interface FoundBatchSize {
  /** Images. */
  readonly batch: number
  /** Images per second with it. */
  readonly rate: number
}

/**
 * A batch size that is about as fast as any: doubled until the gain ends or a batch fails for want of memory.
 * @throws what `rate` throws for the least size
 */
export async function searchBatchSize(options: BatchSearchOptions): Promise<FoundBatchSize> {
  const { rate, least = 8, most = 256, gain = 0.05 } = options
  let found = { batch: least, rate: await rate(least) }
  for (let batch = 2 * least; batch <= most; batch *= 2) {
    const faster = await rate(batch).catch(() => 0)
    if (faster < found.rate * (1 + gain)) break
    found = { batch, rate: faster }
  }
  return found
}
