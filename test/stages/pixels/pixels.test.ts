import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import sharp from 'sharp'
import { javaSkip } from '../../support/java.ts'
import { sharedFolder } from '../../support/shared.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { drawnPicture } from '../drawnPicture.ts'
import { javaImages } from './javaImageSchema.ts'
import { type PngFileOptions, pngFile } from './pngFile.ts'
import { runPixels } from './runPixels.ts'

const skip = javaSkip()

interface Comparison {
  readonly name: string
  /** Largest difference of a sample; null where Java has no picture and there is none here. */
  readonly difference: number | null
}

/** The files through the stage and through Java; what is a picture for one must be one of the same shape for the other. */
async function compare(paths: readonly string[]): Promise<Comparison[]> {
  const rows = await Array.fromAsync(runPixels(paths.map(path => pathToFileURL(path).href)))
  const compared: Comparison[] = []
  for await (const expected of javaImages(paths)) {
    const row = rows[compared.length] as (typeof rows)[number]
    const name = basename(row.origin)
    if (expected === null) {
      assert.deepEqual([row.height, row.width, row.nChannels, row.mode], [-1, -1, -1, -1], name)
      assert.equal(row.data.length, 0)
      compared.push({ name, difference: null })
      continue
    }
    assert.equal(row.message, null, name)
    const shape = [expected.height, expected.width, expected.nChannels, expected.mode]
    assert.deepEqual([row.height, row.width, row.nChannels, row.mode], shape, name)
    assert.equal(row.data.length, expected.data.length)
    compared.push({ name, difference: largestDifference(row.data, expected.data) })
  }
  assert.equal(compared.length, paths.length)
  return compared
}

function largestDifference(found: Uint8Array, expected: Uint8Array): number {
  let difference = 0
  for (let at = 0; at < found.length; at++)
    difference = Math.max(difference, Math.abs((found[at] as number) - (expected[at] as number)))
  return difference
}

async function written(t: TestContext, files: Readonly<Record<string, Uint8Array>>): Promise<string[]> {
  const folder = await temporaryFolder(t)
  const paths: string[] = []
  for (const [name, bytes] of Object.entries(files)) {
    paths.push(join(folder, name))
    await writeFile(join(folder, name), bytes)
  }
  return paths
}

function assertEqual(compared: readonly Comparison[]): void {
  assert.deepEqual(
    compared.filter(({ difference }) => difference !== 0),
    [],
  )
}

test('PNG of every kind that there is: equal to the byte to what Java reads', { skip }, async t => {
  const kinds: PngFileOptions[] = [
    ...([1, 2, 4, 8, 16] as const).map(bits => ({ colourType: 0, bits }) as const),
    ...([1, 2, 4, 8] as const).map(bits => ({ colourType: 3, bits }) as const),
    ...([2, 4, 6] as const).flatMap(colourType => [
      { colourType, bits: 8 } as const,
      { colourType, bits: 16 } as const,
    ]),
    { colourType: 3, bits: 4, transparency: [0, 90, 255, 30] },
    { colourType: 3, bits: 8, transparency: [255, 90] },
    { colourType: 0, bits: 2, transparency: [0, 1] },
    { colourType: 0, bits: 8, transparency: [0, 57] },
    { colourType: 0, bits: 16, transparency: [0, 57] },
    { colourType: 2, bits: 8, transparency: [0, 31, 0, 88, 0, 148] },
    { colourType: 2, bits: 16, transparency: [31, 88, 145, 202, 3, 60] },
  ]
  const files = kinds.map(kind => [
    `${kind.colourType}-${kind.bits}${kind.transparency ? '-trns' : ''}.png`,
    pngFile(kind),
  ])
  assertEqual(await compare(await written(t, Object.fromEntries(files))))
})

test('JPEG: equal to the byte, gray and colour, whatever sampling, order and orientation', {
  skip,
}, async t => {
  const picture = (width = 203, height = 117) => drawnPicture(width, height)
  assertEqual(
    await compare(
      await written(t, {
        '420.jpg': await picture().jpeg({ quality: 85 }).toBuffer(),
        '444.jpg': await picture().jpeg({ quality: 95, chromaSubsampling: '4:4:4' }).toBuffer(),
        'coarse.jpg': await picture().jpeg({ quality: 12 }).toBuffer(),
        'progressive.jpg': await picture().jpeg({ progressive: true }).toBuffer(),
        'gray.jpg': await picture().toColourspace('b-w').jpeg().toBuffer(),
        'turned.jpg': await picture()
          .withExif({ IFD0: { Orientation: '6' } })
          .jpeg()
          .toBuffer(),
        'one.jpg': await picture(1, 1).jpeg().toBuffer(),
        'sliver.jpg': await picture(1, 33).jpeg().toBuffer(),
      }),
    ),
  )
})

test('a JPEG with a colour profile is within one step: two versions of one engine apply it', {
  skip,
}, async t => {
  const compared = await compare(
    await written(t, {
      'p3.jpg': await drawnPicture(160, 120).withIccProfile('p3').jpeg({ quality: 95 }).toBuffer(),
      'gray.jpg': await drawnPicture(160, 120).toColourspace('b-w').withIccProfile('p3').jpeg().toBuffer(),
    }),
  )
  for (const { name, difference } of compared) assert.ok(Number(difference) <= 1, `${name}: ${difference}`)
})

test('GIF: the first frame by itself, with the colours that transparency hides', { skip }, async t => {
  const picture = sharp({
    create: { width: 40, height: 30, channels: 4, background: { r: 9, g: 99, b: 200, alpha: 0 } },
  }).composite([{ input: await drawnPicture(20, 10).png().toBuffer(), left: 3, top: 4 }])
  const frames = Buffer.concat(
    [50, 200].map(tone => Buffer.from(new Uint8Array(16 * 16 * 3).map((_, at) => (tone + at) & 255))),
  )
  const animated = sharp(frames, { raw: { width: 16, height: 32, channels: 3, pageHeight: 16 } })
  const files = {
    'opaque.gif': await drawnPicture(31, 17).gif().toBuffer(),
    'transparent.gif': await picture.gif().toBuffer(),
    'animated.gif': await animated.gif().toBuffer(),
  }
  assertEqual(await compare(await written(t, files)))
})

test('real photos: equal to the byte without a colour profile, within one step with one', {
  skip,
}, async t => {
  const data = sharedFolder(t, 'data')
  if (data === undefined) return
  const paths = [
    'flower_photos/images/*/*00.jpg',
    'open_images_jpeg/images/[0-2]*.jpg',
    'exif_gps/images/*.jpg',
    'grocery_store/images/*/*11.jpg',
    'bad_and_odd/{exif_rotated,gray_jpeg,pngsuite,gif}/*',
    'bad_and_odd/progressive_jpeg/{mei,image-rs,python-pillow,ianare}*',
    'bad_and_odd/png_{16bit,alpha_palette}/{mei,image-rs,python-pillow,lovell}*',
  ].flatMap(pattern => globSync(pattern, { cwd: data }).sort())
  // Damaged: Java fills what is missing, or gives up, where the stage names a reason; a profile in it that says nothing.
  const sound = paths.filter(path => !/Wormnest|libjpeg-turbo|bad_exif/.test(path))
  assert.ok(sound.length > 60)
  const compared = await compare(sound.map(path => join(data, path)))
  for (const { name, difference } of compared) assert.ok(Number(difference) <= 1, `${name}: ${difference}`)
  const exact = compared.filter(({ difference }) => difference === 0)
  assert.ok(exact.length >= compared.length - 8, `${exact.length} of ${compared.length} are equal`)
})

test('what is no picture, or a damaged one, is a row of no picture that says why', async t => {
  const jpeg = await drawnPicture(200, 150).jpeg().toBuffer()
  const paths = await written(t, {
    'cut.jpg': jpeg.subarray(0, jpeg.length >> 1),
    'page.jpg': Buffer.from('<html></html>'),
    'empty.png': Buffer.alloc(0),
    'good.jpg': jpeg,
  })
  const origins = [...paths, '/nowhere/at/all.jpg'].map(path => pathToFileURL(path).href)
  const rows = await Array.fromAsync(runPixels(origins))
  assert.deepEqual(
    rows.map(({ code, height }) => [code, height]),
    [
      ['truncated', -1],
      ['not_an_image', -1],
      ['empty_file', -1],
      [null, 150],
      ['not_found', -1],
    ],
  )
  assert.deepEqual(
    rows.map(({ origin }) => origin),
    origins,
  )
})
