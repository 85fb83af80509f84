import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { sharedFolder } from '../../support/shared.ts'
import { type Inspection, inspectRows, manifestRow } from './inspectRows.ts'

// What Pillow made of each of 400 files is in the collection's index.csv: the expectation follows from it and from the category, an
// opinion that owes nothing to our decoder. Where the two differ, the file is listed below with the reason.

interface Indexed {
  file: string
  category: string
  mode: string
  w: string
  h: string
  exif_orientation: string
  pillow_status: 'ok' | 'trunc' | 'unid' | 'huge'
}

type Outcome = string

/** A file that Pillow could not read in full: any of the reasons for unfit bytes, never a picture. */
const unfit: readonly Outcome[] = [
  'corrupt',
  'truncated',
  'not_an_image',
  'unsupported_format',
  'too_many_pixels',
  'animated',
  'multi_page',
]

/** Categories with a verdict of their own; files of other categories are accepted where Pillow reads them. */
const byCategory: Readonly<Record<string, readonly Outcome[]>> = {
  animated_apng: ['animated'],
  animated_gif: ['animated'],
  animated_webp: ['animated'],
  bmp: ['unsupported_format'],
  bomb_huge_dims: ['too_many_pixels', 'unsupported_format'],
  corrupt_bmp: ['unsupported_format', 'not_an_image'],
  corrupt_webp_heif_avif: ['unsupported_format'],
  fuzzed_any: ['not_an_image'],
  heic: ['unsupported_format'],
  jp2: ['unsupported_format'],
  psd_ico: ['unsupported_format'],
  tiff_multi: ['multi_page', 'unsupported_format'],
  vector_svg: ['unsupported_format'],
}

const exceptions: readonly (readonly [part: string, outcome: Outcome, why: string])[] = [
  ['star.avifs', 'animated', 'an image sequence of five frames'],
  // Stricter than Pillow: the decoder reports a hole in the picture that Pillow fills with gray or noise.
  ['1cbb1bb37d62c44f67374cd451643dc4', 'corrupt', 'JPEG: premature end of data segment'],
  ['hopper_bad_exif', 'corrupt', 'JPEG: 1214 stray bytes between restart intervals'],
  ['28c74d9284d9836017fd519f6932efd8', 'corrupt', 'JPEG: 215 stray bytes before a scan'],
  ['8e5e74dbf9b68a322fbb9512db837329', 'corrupt', 'JPEG: premature end of data segment'],
  ['id_005076', 'corrupt', 'JPEG: fuzzed, stray bytes and bad codes'],
  ['id_005091', 'corrupt', 'JPEG: fuzzed, stray bytes and bad codes'],
  ['id_005098', 'corrupt', 'JPEG: fuzzed, stray bytes and bad codes'],
  ['id_005360', 'corrupt', 'JPEG: fuzzed, stray bytes and bad codes'],
  ['id_005372', 'corrupt', 'JPEG: fuzzed, stray bytes and bad codes'],
  ['id_005523', 'corrupt', 'JPEG: fuzzed, stray bytes and bad codes'],
  ['weird_but_decodes_jpeg/libjpeg-turbo__id_000286', 'corrupt', 'JPEG: bad Huffman code'],
  ['id_001935', 'corrupt', 'JPEG: premature end of data segment'],
  ['id_002499', 'corrupt', 'JPEG: premature end of data segment'],
  ['ee6d1133f9264dc6467990e53d0bf104', 'truncated', 'GIF: no end of the picture data'],
  ['gif/libjpeg-turbo__id_000110', 'truncated', 'GIF: no end of the picture data'],
  ['gif/libjpeg-turbo__id_000389', 'corrupt', 'GIF: no frame can be read; OpenCV fails, too'],
  ['gif/libjpeg-turbo__id_000954', 'truncated', 'GIF: no end of the picture data; OpenCV fails, too'],
  ['m1-814fcedc62fe4e43923c042ff1d6747f', 'corrupt', 'PNG: checksum of the pixel data; OpenCV fails, too'],
  ['m1-3562055aecf63b573f8a18c4034a4a23', 'corrupt', 'TIFF: impossible tag value'],
  ['crash-74d2a78403a5a59db1fb0a2b8735ac068a75f6e3', 'corrupt', 'TIFF: bad fax code; OpenCV fails, too'],
  ['tiff/Wormnest__m2-63c8b14ea08a18c884d05a3431716047', 'multi_page', 'TIFF: a chain of four pages'],
  ['old-style-jpeg-compression', 'unsupported_format', 'TIFF: compression 6'],
  // Pillow gives up, and the picture is there all the same.
  ['9f8f6046eaf9ffa2d9c5d6db05c5f881', 'accepted', 'GIF: Pillow fails with an IndexError of its own'],
  ['8a9cc8eeed66aeb423a91c44111d9450', 'accepted', 'JPEG: OpenCV decodes it, too'],
  ['png_decompression_dos', 'accepted', 'PNG of 1 x 1: the huge text chunk never reaches the decoder'],
  [
    'unknown_compression_method',
    'accepted',
    'PNG: only the colour profile is unreadable; OpenCV decodes it, too',
  ],
  ['BigTIFFMotorolaLongStrips', 'accepted', 'TIFF: OpenCV decodes it, too'],
  ['hopper_webp', 'accepted', 'TIFF with WebP inside, which that Pillow was built without'],
]

/** The derived files are not in index.csv: what was done to each is its expectation. */
const derived: Readonly<Record<string, Outcome>> = {
  'zero_byte.jpg': 'empty_file',
  'html_as.jpg': 'not_an_image',
  'text_as.png': 'not_an_image',
  'truncated_20pct.jpg': 'truncated',
  'truncated_50pct.jpg': 'truncated',
  'truncated_90pct.jpg': 'truncated',
  'truncated_99pct.jpg': 'truncated',
  'zeros_tail.jpg': 'truncated',
  'png_bomb_30000x30000.png': 'too_many_pixels',
  // Every row of the picture is there.
  'missing_eoi.jpg': 'accepted',
  // The flipped bits decode to other colours without any error: no decoder can tell.
  'bitflips.jpg': 'accepted',
  'jpeg_zip_polyglot.jpg': 'accepted',
  'jpeg_html_comment.jpg': 'accepted',
  'png_named.jpg': 'accepted',
  'cmyk_real_photo.jpg': 'accepted',
  'tiny_32px.jpg': 'accepted',
  'sliver_348x8.jpg': 'accepted',
}

function expected({ file, category, pillow_status }: Indexed): readonly Outcome[] {
  const exception = exceptions.find(([part]) => file.includes(part))
  if (exception !== undefined) return [exception[1]]
  return byCategory[category] ?? (pillow_status === 'ok' ? ['accepted'] : unfit)
}

function outcome({ fault, reasons }: Inspection): Outcome {
  return fault === null ? 'accepted' : (reasons[0] ?? 'no reason')
}

test('every bad and odd file ends in the verdict that an independent decoder suggests', async t => {
  const folder = sharedFolder(t, 'data/bad_and_odd')
  if (folder === undefined) return
  const index: Indexed[] = parse(readFileSync(join(folder, 'index.csv')), { columns: true })
  const rows = await inspectRows(index.map(({ file }) => manifestRow(join(folder, file))))
  assert.equal(rows.length, 400)

  const wrong: string[] = []
  index.forEach((indexed, at) => {
    const row = rows[at] as Inspection
    const allowed = expected(indexed)
    if (!allowed.includes(outcome(row)))
      wrong.push(`${indexed.file}: ${outcome(row)} (${row.detail}), expected ${allowed.join(' or ')}`)
    if (row.fault === 'failed') wrong.push(`${indexed.file}: failed to be read`)
    wrong.push(...wrongSize(indexed, row))
  })
  assert.deepEqual(wrong, [])
})

/** Accepted pictures have Pillow's size, turned upright, and its bands. */
function wrongSize({ file, w, h, exif_orientation, mode }: Indexed, row: Inspection): string[] {
  // This GIF's only frame lies outside of its screen of 32 x 15136: decoders disagree on what the picture is.
  if (row.fault !== null || w === '0' || file.includes('gif/libjpeg-turbo__id_000378')) return []
  const isTurned = exif_orientation >= '5' && exif_orientation <= '8'
  const size = isTurned ? `${h} x ${w}` : `${w} x ${h}`
  const got = `${row.width} x ${row.height}`
  const wrong = got === size ? [] : [`${file}: ${got}, expected ${size}`]
  const bands: Record<string, number> = { '1': 1, L: 1, 'I;16': 1, LA: 2, RGB: 3, YCbCr: 3, RGBA: 4, CMYK: 4 }
  const channels = bands[mode]
  const is16Bit = row.mode?.endsWith(';16')
  if (channels !== undefined && !is16Bit && row.n_channels !== channels)
    wrong.push(`${file}: ${row.n_channels} channels, expected ${channels}`)
  return wrong
}

test('damage done to real files on purpose is called by its name, and what only looks odd is accepted', async t => {
  const folder = sharedFolder(t, 'data/bad_and_odd/derived')
  if (folder === undefined) return
  const rows = await inspectRows(Object.keys(derived).map(name => manifestRow(join(folder, name))))
  const got = Object.fromEntries(
    Object.keys(derived).map((name, at) => [name, outcome(rows[at] as Inspection)]),
  )
  assert.deepEqual(got, derived)
})

test('hostile files cost no burst of memory, and the verdicts do not depend on what is decoded beside them', async t => {
  const folder = sharedFolder(t, 'data/bad_and_odd')
  if (folder === undefined) return
  const index: Indexed[] = parse(readFileSync(join(folder, 'index.csv')), { columns: true })
  const rows = index.map(({ file }) => manifestRow(join(folder, file)))
  rows.push(manifestRow(join(folder, 'derived/png_bomb_30000x30000.png')))
  const peak = () => process.resourceUsage().maxRSS / 1024
  const together = await inspectRows(rows, { concurrentReads: 16, concurrentDecodes: 4 })
  // The first test of this file has warmed the decoders up; the largest honest picture among these has 35 megapixels.
  const before = peak()
  const alone = await inspectRows(rows.toReversed(), {
    concurrentReads: 1,
    concurrentDecodes: 1,
    batchRows: 7,
  })
  assert.deepEqual(alone.toReversed(), together)
  assert.ok(peak() < 900, `peak resident memory ${peak()} MB`)
  assert.ok(peak() - before < 200, `grew by ${peak() - before} MB on the same files`)
})
