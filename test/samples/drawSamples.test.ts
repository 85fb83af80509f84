import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { drawSamples } from '../../samples/drawSamples.ts'
import { planPicture, sampleClasses } from '../../samples/picture.ts'
import { Random } from '../../samples/Random.ts'
import { renderPicture } from '../../samples/renderPicture.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

async function pixelHash(bytes: Buffer): Promise<string> {
  return createHash('sha256')
    .update(await sharp(bytes).raw().toBuffer())
    .digest('hex')
}

test('a set has its pictures in the folders of their classes, and the odd files', async t => {
  const folder = join(await temporaryFolder(t), 'new/set')
  const progress: number[] = []
  const drawn = await drawSamples({ folder, perClass: 1, onProgress: ({ done }) => progress.push(done) })
  assert.deepEqual([drawn.classes.length, drawn.pictures, drawn.odd.length], [5, 5, 7])
  assert.deepEqual(
    progress,
    Array.from({ length: 12 }, (_, index) => index + 1),
  )
  const listed = (await readdir(folder, { recursive: true })).filter(name => name.includes('.')).sort()
  const pictures = drawn.classes.map(name => `${name}/${name}-001.jpg`)
  assert.deepEqual(listed, [...pictures, ...drawn.odd.map(({ file }) => file), 'samples.json'].sort())
  for (const file of pictures) {
    const { format, width, height } = await sharp(join(folder, file)).metadata()
    assert.equal(format, 'jpeg')
    assert.ok(Math.min(width, height) >= 300 && Math.max(width, height) <= 1024, file)
  }

  const bytes = async (what: string) =>
    readFile(join(folder, drawn.odd.find(each => each.what === what)?.file ?? ''))
  await assert.rejects(
    sharp(await bytes('truncated'), { failOn: 'truncated' })
      .raw()
      .toBuffer(),
  )
  await assert.rejects(sharp(await bytes('web_page')).metadata())
  assert.ok(((await sharp(await bytes('animated')).metadata()).pages ?? 1) > 1)
  assert.ok(((await sharp(await bytes('dark')).stats()).channels[0]?.mean ?? 255) < 20)
  assert.deepEqual((await sharp(await bytes('tiny')).metadata()).width, 12)
  assert.deepEqual(await bytes('duplicate'), await readFile(join(folder, 'boat/boat-001.jpg')))

  const before = await stat(join(folder, 'fish/fish-001.jpg'))
  await drawSamples({ folder, perClass: 1 })
  assert.equal(
    (await stat(join(folder, 'fish/fish-001.jpg'))).mtimeMs,
    before.mtimeMs,
    'a finished set is left alone',
  )
  await rm(join(folder, 'samples.json'))
  await drawSamples({ folder, perClass: 1 })
  assert.notEqual(
    (await stat(join(folder, 'fish/fish-001.jpg'))).mtimeMs,
    before.mtimeMs,
    'an unfinished one is drawn again',
  )
})

test('the same seed gives the same pixels, whatever else is drawn; another seed others', async () => {
  const draw = async (name: string, index: number, seed: number) =>
    pixelHash(await renderPicture(planPicture(name, index, seed)))
  const first = await draw('fish', 3, 1)
  await draw('house', 3, 1)
  assert.equal(await draw('fish', 3, 1), first)
  assert.equal(
    new Set([first, await draw('fish', 3, 2), await draw('fish', 4, 1), await draw('boat', 3, 1)]).size,
    4,
  )
})

test('no two pictures of a set are planned alike, and every plan is well-formed SVG with finite numbers', async () => {
  const plans = sampleClasses.flatMap(name =>
    Array.from({ length: 60 }, (_, index) => planPicture(name, index, 1)),
  )
  assert.equal(new Set(plans.map(({ svg }) => svg)).size, plans.length)
  for (const { svg } of plans) assert.doesNotMatch(svg, /NaN|undefined|Infinity/)
  for (const { svg, width } of plans.slice(0, 20))
    assert.equal((await sharp(Buffer.from(svg)).metadata()).width, width)
})

test('seeded numbers are spread evenly and stay in their range', () => {
  const random = new Random('even')
  const tenths = new Array<number>(10).fill(0)
  for (let index = 0; index < 10_000; index++) {
    const tenth = Math.floor(random.next() * 10)
    tenths[tenth] = (tenths[tenth] ?? 0) + 1
  }
  for (const count of tenths) assert.ok(count > 850 && count < 1150, String(tenths)) // 5 standard deviations
  const dice = new Set(random.times(200, () => random.whole(1, 6)))
  assert.deepEqual([...dice].sort(), [1, 2, 3, 4, 5, 6])
})

test('a count that is no number of pictures is the user’s mistake', async t => {
  const folder = await temporaryFolder(t)
  for (const perClass of [0, -1, 2.5, Number.NaN])
    await assert.rejects(drawSamples({ folder, perClass }), { code: 'bad_count', fault: 'user' })
  await assert.rejects(drawSamples({ folder: join(import.meta.filename, 'set'), perClass: 1 }), {
    code: 'not_found',
  })
})
