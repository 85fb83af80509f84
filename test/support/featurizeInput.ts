import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { featurizeInput } from '../../stages/featurize/columns.ts'
import { fileUri } from '../../storage/location.ts'
import type { Row } from '../../tables/defineTable.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { ParquetWriter } from '../../tables/ParquetWriter.ts'

/** A featurize input of `count` rows over links to the photos of a folder, each link an image of its own. @returns its Parquet file */
export async function writeFeaturizeInput(options: {
  readonly photos: string
  readonly count: number
  readonly folder: string
}): Promise<string> {
  const { photos, count, folder } = options
  const names = (await readdir(photos)).sort()
  const facts = await Promise.all(
    names.map(async name => {
      const bytes = await readFile(join(photos, name))
      const { width, height } = await sharp(bytes).metadata()
      return {
        name,
        bytes: bytes.length,
        pixels: width * height,
        sha256: createHash('sha256').update(bytes).digest('hex'),
      }
    }),
  )
  const links = join(folder, 'links')
  await mkdir(links, { recursive: true })
  const rows: Row<typeof featurizeInput>[] = []
  for (let index = 0; index < count; index++) {
    const photo = facts[index % facts.length]
    if (photo === undefined) throw new Error(`${photos} is empty`)
    const link = join(links, `${index}.jpg`)
    await symlink(join(photos, photo.name), link).catch(thrown => {
      if ((thrown as NodeJS.ErrnoException).code !== 'EEXIST') throw thrown
    })
    const { bytes, pixels, sha256 } = photo
    rows.push({
      image_id: index.toString(16).padStart(16, '0'),
      origin: fileUri(link),
      sha256,
      bytes,
      pixels,
    })
  }
  return await withDuckdb({}, async connection => {
    const writer = await ParquetWriter.open(connection, featurizeInput)
    await writer.write(rows)
    return (await writer.close(join(folder, `input-${count}.parquet`))).path
  })
}
