import { z } from 'zod'

const floats = z.base64()

/** Which fold's rows are left out, or null: all regressions of the head for the first, then for the second, ... */
const sets = { heldOut: z.array(z.int().nullable()) }

const tasks = {
  ...sets,
  /** For each of these regressions the factors on the weight of a row by its class, or null. */
  factors: z.array(z.array(z.number()).nullable()),
  /** Numbers of those that are asked for. */
  tasks: z.array(z.int()),
}

/** Models of the tasks. */
const models = {
  ...tasks,
  /** Float32Array in base 64, as the other arrays. */
  origin: floats,
  coefficients: floats,
  intercepts: floats,
}

export const gradientRequest = z.discriminatedUnion('kind', [
  /** Weight of each class of each regression: `classTotals`. */
  z.object({ kind: z.literal('totals'), ...sets }),
  /** `taskMoments` of tasks. */
  z.object({ kind: z.literal('moments'), ...tasks }),
  /** Loss and gradient of models: `LossEvaluator.evaluate`. */
  z.object({ kind: z.literal('loss'), ...models }),
  /** `heldOutSums` of models. */
  z.object({ kind: z.literal('held_out'), ...models }),
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
