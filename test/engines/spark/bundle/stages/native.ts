import sharp from 'sharp'
import { z } from 'zod'
import { defineStage } from '../../../../../stages/Stage.ts'
import { rowsToBatch } from '../../../../../tables/batch.ts'
import { column } from '../../../../../tables/column.ts'

export const nativeInput = { id: column('text', 'names the row') } as const
export const nativeOutput = {
  pixels: column('int32', 'of a picture that was drawn and read back'),
  backends: column('text_list', 'of onnxruntime'),
} as const

/** Uses both packages with native code. */
export default defineStage({
  name: 'native',
  module: import.meta.url,
  version: '1',
  input: nativeInput,
  output: nativeOutput,
  params: z.object({}),
  async *map(input) {
    const { listSupportedBackends } = await import('onnxruntime-node')
    for await (const _ of input) {
      const create = { width: 12, height: 10, channels: 3, background: 'red' } as const
      const { info } = await sharp(await sharp({ create }).png().toBuffer())
        .raw()
        .toBuffer({ resolveWithObject: true })
      const backends = listSupportedBackends().map(({ name }) => name)
      yield rowsToBatch(nativeOutput, [{ pixels: info.width * info.height, backends }])
    }
  },
})
