/** How much of the time of one copy of featurize went where. */
export interface DecodeTimes {
  readonly images: number
  /** Seconds of inference. */
  readonly inferring: number
  /** Seconds without anything to infer. */
  readonly waiting: number
}

/**
 * Threads that decode as fast as a model infers, from what was measured with some of them.
 * @param threads that decoded, all busy while inference waited
 */
export function decodeThreads(threads: number, { images, inferring, waiting }: DecodeTimes): number {
  const decodeRate = images / (inferring + waiting)
  const inferenceRate = images / inferring
  return waiting <= 0 ? threads : Math.ceil(threads * (inferenceRate / decodeRate))
}

/** Waiting of a GPU that is not worth a word, as a share of the time. */
const smallShare = 0.1
/** Images before which times say little: the first batches find everything cold. */
const fewImages = 1000

/** What a person should know of the times of a GPU: that it waited, and how many threads keep it busy. */
export function decodeAdvice(threads: number, times: DecodeTimes): string | undefined {
  const { images, inferring, waiting } = times
  const share = waiting / (inferring + waiting)
  if (images < fewImages || share < smallShare) return undefined
  return `the GPU waited ${Math.round(100 * share)} % of the time for images: ${decodeThreads(threads, times)} threads would read and decode as fast as it infers, there are ${threads} (UV_THREADPOOL_SIZE; on Spark spark.executorEnv.UV_THREADPOOL_SIZE)`
}

/** Takes the times of a loop that waits for images and infers them in turn. */
export class DecodeMeter {
  #since = performance.now()
  #times = { images: 0, inferring: 0, waiting: 0 }

  get times(): DecodeTimes {
    return this.#times
  }

  /** Images are there: the wait is over. */
  arrived(): void {
    this.#times.waiting += this.#seconds()
  }

  inferred(images: number): void {
    this.#times.inferring += this.#seconds()
    this.#times.images += images
  }

  #seconds(): number {
    const [before, now] = [this.#since, performance.now()]
    this.#since = now
    return (now - before) / 1000
  }
}
