/** Marks that Spark and its Python worker put between sections (int32), as of Spark 3.5 to 4.1. */
export const mark = {
  endOfDataSection: -1,
  exceptionThrown: -2,
  timingData: -3,
  endOfStream: -4,
  startOfArrowStream: -6,
} as const

/** The kind of function of mapInArrow: an iterator of Arrow batches to an iterator of Arrow batches. */
export const mapInArrowEvalType = 207

/** How an Arrow IPC stream ends: the continuation mark and an empty message. */
export const arrowEndOfStream = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0)
