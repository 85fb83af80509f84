import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { TestContext } from 'node:test'
import { fileURLToPath, pathToFileURL } from 'node:url'
import sharp from 'sharp'
import { openCatalog } from '../../catalog/openCatalog.ts'
import type { CollectReportOptions } from '../../report/collectReport.ts'
import type { Row } from '../../tables/defineTable.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { ParquetWriter } from '../../tables/ParquetWriter.ts'
import { type TableName, tables } from '../../tables/tables.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

export type TableRows = { [T in TableName]?: Row<(typeof tables)[T]>[] }

/** A catalog over rows written as Parquet, closed with the test, and a reader of origins that are files. */
export async function hubOf(
  test: TestContext,
  rows: TableRows,
): Promise<Pick<CollectReportOptions, 'query' | 'readThumbnail'>> {
  const folder = await temporaryFolder(test)
  const files: Partial<Record<TableName, string[]>> = {}
  await withDuckdb({}, async connection => {
    for (const name of Object.keys(rows) as TableName[]) {
      const path = join(folder, `${name}.parquet`)
      const writer = await ParquetWriter.open(connection, tables[name].columns)
      await writer.write((rows[name] ?? []) as never)
      await writer.close(path)
      files[name] = [path]
    }
  })
  const catalog = await openCatalog({ files })
  test.after(() => catalog.close())
  return {
    query: async (sql, parameters) => (await catalog.query(sql, parameters)).rows,
    readThumbnail: origin => readFile(fileURLToPath(origin)),
  }
}

const now = Date.UTC(2026, 10, 21) * 1000

/** Rows of `images`, `quality` and `annotations` for pictures that this function draws: disks and bars, and some bad files. */
export async function drawnRows(
  test: TestContext,
): Promise<Required<Pick<TableRows, 'images' | 'quality' | 'annotations' | 'classes'>>> {
  const folder = await temporaryFolder(test)
  const images: Row<typeof tables.images>[] = []
  const quality: Row<typeof tables.quality>[] = []
  const annotations: Row<typeof tables.annotations>[] = []
  const add = async (name: string, bytes: Uint8Array, image: Partial<Row<typeof tables.images>>) => {
    const path = join(folder, name)
    await mkdir(folder, { recursive: true })
    await writeFile(path, bytes)
    images.push(imageRow({ origin: pathToFileURL(path).href, bytes: bytes.length, ...image }))
  }
  for (const [index, kind] of ['disk', 'bar', 'disk', 'bar', 'disk', 'disk'].entries()) {
    const image_id = `00000000000000${index}${index}`.slice(-16)
    await add(`${kind} ${index}.jpg`, await drawing(kind, index), {
      image_id,
      width: 240 + 20 * index,
      height: 180,
    })
    quality.push(qualityRow(image_id, index / 10))
    annotations.push({ image_id, label: `/m/${kind}`, source: 'folder', confidence: 1, run_id: 'r1' })
  }
  await add('page.jpg', Buffer.from('<!doctype html><script>alert(1)</script>'), {
    verdict: 'rejected',
    reasons: ['not_an_image'],
    detail: 'it is a <script>',
    width: null,
    height: null,
  })
  await add('empty.jpg', Buffer.of(), {
    verdict: 'rejected',
    reasons: ['empty_file'],
    width: null,
    height: null,
  })
  await add('half.jpg', (await drawing('disk', 9)).subarray(0, 900), {
    verdict: 'rejected',
    reasons: ['truncated', 'too_small'],
    image_id: '00000000000000ff',
  })
  return {
    images,
    quality,
    annotations,
    classes: [
      { label: '/m/disk', display_name: 'Disk', run_id: 'r1' },
      { label: '/m/bar', display_name: 'Bar', run_id: 'r1' },
    ],
  }
}

/** A JPEG of some 240 x 180 pixels. */
export function drawing(kind: string, seed: number): Promise<Buffer> {
  const hue = (seed * 67) % 360
  const shape =
    kind === 'disk'
      ? `<circle cx="120" cy="90" r="${40 + (seed % 5) * 8}" fill="hsl(${hue} 70% 45%)"/>`
      : `<rect x="${20 + (seed % 5) * 10}" y="60" width="170" height="50" fill="hsl(${hue} 60% 50%)"/>`
  return sharp(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="180"><rect width="240" height="180" fill="hsl(${(hue + 180) % 360} 25% 82%)"/>${shape}</svg>`,
    ),
  )
    .jpeg()
    .toBuffer()
}

export function imageRow(image: Partial<Row<typeof tables.images>>): Row<typeof tables.images> {
  return {
    image_id: null,
    sha256: null,
    origin: 'file:///nowhere.jpg',
    bytes: 1000,
    format: 'jpeg',
    height: 180,
    width: 240,
    n_channels: 3,
    mode: 'RGB',
    exif_orientation: null,
    captured_at: null,
    latitude: null,
    longitude: null,
    supplier_id: null,
    submission_id: null,
    verdict: 'accepted',
    reasons: [],
    detail: null,
    rules_version: '1',
    run_id: 'r1',
    ingested_at: now,
    ...image,
  }
}

function qualityRow(image_id: string, brightness: number): Row<typeof tables.quality> {
  return {
    image_id,
    sharpness: 0.001 * (1 + brightness),
    brightness,
    contrast: 0.2,
    entropy: 6.5,
    dark_fraction: 0,
    bright_fraction: 0,
    colorfulness: 30,
    run_id: 'r1',
  }
}
