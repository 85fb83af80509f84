import assert from 'node:assert/strict'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import sharp from 'sharp'
import { makeThumbnail } from '../../report/collect/thumbnail.ts'
import { sharedFolder } from '../support/shared.ts'
import { drawing } from './drawnHub.ts'

test('a thumbnail is a WebP of at most 176 pixels a side with the proportions of the picture', async () => {
  const thumbnail = await makeThumbnail(await drawing('disk', 3))
  assert.ok(thumbnail.kind === 'picture')
  assert.deepEqual([thumbnail.width, thumbnail.height], [176, 132])
  const bytes = Buffer.from(thumbnail.uri.slice('data:image/webp;base64,'.length), 'base64')
  const { format, width, exif } = await sharp(bytes).metadata()
  assert.deepEqual([format, width, exif], ['webp', 176, undefined])
})

test('an SVG is not interpreted', async () => {
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="10" height="10"/>')
  assert.deepEqual(await makeThumbnail(svg), { kind: 'placeholder', because: 'svg file' })
})

test('every bad or odd file gives a small picture or a reason, none an error', async t => {
  const folder = sharedFolder(t, 'data/bad_and_odd')
  if (folder === undefined) return
  const files = (await readdir(folder, { withFileTypes: true, recursive: true })).filter(entry =>
    entry.isFile(),
  )
  const kinds = { picture: 0, placeholder: 0 }
  for (const file of files) {
    const thumbnail = await makeThumbnail(await readFile(join(file.parentPath, file.name)))
    kinds[thumbnail.kind]++
    if (thumbnail.kind === 'picture') {
      assert.match(thumbnail.uri, /^data:image\/webp;base64,[A-Za-z0-9+/=]{1,28000}$/)
      assert.ok(Math.max(thumbnail.width, thumbnail.height) <= 176, file.name)
    } else assert.match(thumbnail.because, /^[\w ]{4,40}$/)
  }
  assert.ok(kinds.picture > 0 && kinds.placeholder > 0)
})
