import { z } from 'zod'
// In a project of your own: from 'imagehub/stage'.
import {
  batchToRows,
  column,
  decodeForModel,
  defineStage,
  HubError,
  nullable,
  type OriginReader,
  type OriginReaderOptions,
  openOriginReader,
  type Row,
  readAhead,
  rowsToBatch,
} from '../../stage.ts'

/** One photo a row. */
export const photoColumns = {
  image_id: column('text', 'the photo'),
  origin: column('text', 'URI of its bytes'),
} as const

/** What becomes of it: a colour, or a reason. */
export const colourColumns = {
  image_id: column('text', 'the photo'),
  red: nullable('float64', 'average, 0 to 255'),
  green: nullable('float64', 'average, 0 to 255'),
  blue: nullable('float64', 'average, 0 to 255'),
  problem: nullable('text', 'why there is no colour'),
} as const

const params = z.object({
  /** How the photos are reached. */
  storage: z.custom<OriginReaderOptions>().default({}),
})

/** Pixels that a photo is brought to first: its average hardly changes. */
const size = { height: 32, width: 32 }

export default defineStage<z.infer<typeof params>, typeof photoColumns, typeof colourColumns>({
  name: 'average_colour',
  module: import.meta.url,
  version: '1',
  input: photoColumns,
  output: colourColumns,
  params,
  async *map(input, { params, signal }) {
    const reader = openOriginReader(params.storage)
    try {
      // While one batch is on its way out the next one is read and decoded.
      const rows = readAhead(input, 1, async batch =>
        Promise.all(batchToRows(photoColumns, batch).map(photo => colourOf(photo, reader, signal))),
      )
      for await (const batch of rows) yield rowsToBatch(colourColumns, batch)
    } finally {
      await reader.close()
    }
  },
  crashed: ({ image_id }, problem) => ({ image_id, ...noColour, problem }),
})

const noColour = { red: null, green: null, blue: null }

/** A photo that cannot be read is a row with a reason: it ends no job. */
async function colourOf(
  { image_id, origin }: Row<typeof photoColumns>,
  reader: OriginReader,
  signal: AbortSignal,
): Promise<Row<typeof colourColumns>> {
  try {
    const bytes = await reader.read(origin, { maxBytes: 64 << 20, signal })
    const [red, green, blue] = averageOf(await decodeForModel(bytes, size))
    return { image_id, red, green, blue, problem: null }
  } catch (thrown) {
    signal.throwIfAborted()
    if (!(thrown instanceof HubError)) throw thrown
    return { image_id, ...noColour, problem: thrown.message }
  }
}

/** @param pixels RGB, a byte each */
function averageOf(pixels: Uint8Array): [red: number, green: number, blue: number] {
  const sums: [number, number, number] = [0, 0, 0]
  for (let index = 0; index < pixels.length; index += 3)
    for (const channel of [0, 1, 2] as const) sums[channel] += pixels[index + channel] ?? 0
  const count = pixels.length / 3
  return [sums[0] / count, sums[1] / count, sums[2] / count]
}
