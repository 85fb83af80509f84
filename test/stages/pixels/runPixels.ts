import { KeptResources } from '../../../stages/KeptResources.ts'
import { pixelsInput, pixelsOutput } from '../../../stages/pixels/columns.ts'
import pixels, { type PixelsParams } from '../../../stages/pixels/pixels.ts'
import { batchToRows, rowsToBatch } from '../../../tables/batch.ts'
import type { Row } from '../../../tables/defineTable.ts'

/** What the stage makes of origins, in batches of four. */
export async function* runPixels(
  origins: readonly string[],
  params: Partial<PixelsParams> = {},
): AsyncGenerator<Row<typeof pixelsOutput>> {
  const batches = async function* () {
    for (let from = 0; from < origins.length; from += 4)
      yield rowsToBatch(
        pixelsInput,
        origins.slice(from, from + 4).map(origin => ({ origin })),
      )
  }
  await using kept = new KeptResources()
  const context = {
    params: pixels.params.parse(params),
    signal: new AbortController().signal,
    keep: kept.keep,
  }
  for await (const batch of pixels.map(batches(), context)) yield* batchToRows(pixelsOutput, batch)
}
