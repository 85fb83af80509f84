import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { copyFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { DataFrame } from '../../../engines/spark/connect/DataFrame.ts'
import type { OpenSpark } from '../../../engines/spark/openSpark.ts'
import { commandProtocol, encodeStageCommand } from '../../../engines/spark/worker/StageCommand.ts'
import { pixelsOutput } from '../../../stages/pixels/columns.ts'
import pixels from '../../../stages/pixels/pixels.ts'
import { sparkDdl } from '../../../tables/defineTable.ts'
import { drawnPicture } from '../../stages/drawnPicture.ts'
import { pngFile } from '../../stages/pixels/pngFile.ts'
import { assetsFolder } from '../../support/shared.ts'
import { type Scope, temporaryFolder } from '../../support/temporaryFolder.ts'

/** Rows of the image schema by the names of their files. */
async function images(table: DataFrame) {
  const found = new Map<string, readonly [shape: string, data: Buffer]>()
  for await (const batch of table.batches())
    for (let row = 0; row < batch.numRows; row++) {
      const get = (name: string): unknown => batch.getChild(name)?.get(row)
      const shape = ['height', 'width', 'nChannels', 'mode'].map(get).join(' ')
      found.set(basename(String(get('origin'))), [shape, Buffer.from(get('data') as Uint8Array)])
    }
  return found
}

/** The stage pixels gives the rows of Spark's own image source. */
export async function pixelsOnSpark(t: Scope, spark: OpenSpark): Promise<void> {
  const folder = await temporaryFolder(t)
  const files: Record<string, Uint8Array> = {
    'gray.png': pngFile({ colourType: 0, bits: 8 }),
    'deep.png': pngFile({ colourType: 2, bits: 16 }),
    'alpha.png': pngFile({ colourType: 6, bits: 8 }),
    'palette.png': pngFile({ colourType: 3, bits: 4, transparency: [0, 90] }),
    'drawn.jpg': await drawnPicture(203, 117).jpeg().toBuffer(),
    'turned.jpg': await drawnPicture(60, 40)
      .withExif({ IFD0: { Orientation: '6' } })
      .jpeg()
      .toBuffer(),
    'page.jpg': Buffer.from('<html></html>'),
    // Java's reader throws, Spark's source gives a row of no picture.
    'cut.png': pngFile({ colourType: 2, bits: 8 }).subarray(0, 1000),
  }
  for (const [name, bytes] of Object.entries(files)) await writeFile(join(folder, name), bytes)
  for (const path of globSync('data/flower_photos/images/*/*1.jpg', { cwd: assetsFolder }).slice(0, 12))
    await copyFile(join(assetsFolder, path), join(folder, basename(path)))
  const origins = globSync('*', { cwd: folder }).map(name => pathToFileURL(join(folder, name)).href)

  const { session, shipping } = spark
  const read = session.read({ format: 'image', paths: [folder] })
  const expected = await images(read.select('image.*'))
  const rows = session.sql(
    `SELECT explode(array(${origins.map(origin => `'${origin}'`).join(', ')})) AS origin`,
  )
  await session.setConfig({ 'spark.sql.execution.arrow.maxRecordsPerBatch': '4' })
  const command = encodeStageCommand({
    protocol: commandProtocol,
    stage: pixels.name,
    bundle: await shipping.bundle(pixels.module),
    params: {},
    kind: 'map',
    carry: [],
    output: Object.entries(pixelsOutput).map(([name, { type, nullable }]) => [name, type, nullable]),
  })
  const mapped = await rows.mapInArrow({
    name: pixels.name,
    command,
    output: sparkDdl(pixelsOutput).replaceAll(' NOT NULL', ''),
  })
  const found = await images(mapped)
  assert.equal(found.size, origins.length)
  assert.deepEqual([...found.keys()].sort(), [...expected.keys()].sort())
  for (const [name, [shape, data]] of expected) {
    assert.equal(found.get(name)?.[0], shape, name)
    const difference = data.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - (found.get(name)?.[1][at] ?? Number.NaN))),
      0,
    )
    // Photos may have a colour profile.
    assert.ok(difference <= (name in files ? 0 : 1), `${name}: ${difference}`)
  }
  for (const name of ['page.jpg', 'cut.png'])
    assert.deepEqual(expected.get(name), ['-1 -1 -1 -1', Buffer.alloc(0)], name)
}
