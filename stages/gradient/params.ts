import { z } from 'zod'

const floats = z.base64()

/** For each regression of the head the factors on the weight of a row by its class, or null. */
const factors = z.array(z.array(z.number()).nullable())

export const gradientRequest = z.discriminatedUnion('kind', [
  /** Weight of each class of each regression: `classTotals`. */
  z.object({ kind: z.literal('totals') }),
  /** Moments of some of the regressions: `taskMoments`. */
  z.object({ kind: z.literal('moments'), factors, first: z.int(), end: z.int() }),
  /** Loss and gradient of those of them that are active: `LossEvaluator.evaluate`. */
  z.object({
    kind: z.literal('loss'),
    factors,
    first: z.int(),
    end: z.int(),
    /** Float32Array in base 64, as the other arrays. */
    origin: floats,
    active: z.array(z.int()),
    coefficients: floats,
    intercepts: floats,
  }),
])

export type GradientRequest = z.infer<typeof gradientRequest>

export const gradientParams = z.object({
  head: z.enum(['binary', 'multinomial', 'multilabel']),
  /** How many labels the head has. */
  labels: z.int().positive(),
  /** Names the rows: whatever gives other rows under the same numbers of parts has another name. */
  dataset: z.string(),
  /** Bytes of decoded parts that a thread keeps for later evaluations; 0 keeps none. */
  keepBytes: z.number().min(0).default(0),
  threads: z.int().positive().default(1),
  request: gradientRequest,
})

export type GradientParams = z.infer<typeof gradientParams>
