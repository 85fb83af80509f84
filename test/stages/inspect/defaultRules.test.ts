import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { parse } from 'csv-parse/sync'
import { defaultRules } from '../../../stages/inspect/defaultRules.ts'
import { sharedFolder } from '../../support/shared.ts'
import { type Inspection, inspectRows, manifestRow } from './inspectRows.ts'

const { thresholds } = defaultRules

/** A missing score fails every comparison: NaN. */
const score = (value: number | null) => value ?? Number.NaN

function isDoubtful({ sharpness, brightness, entropy, height, width }: Inspection): boolean {
  const [short, long] = [Math.min(score(height), score(width)), Math.max(score(height), score(width))]
  return !(
    short >= thresholds.min_short_side &&
    long <= thresholds.max_aspect_ratio * short &&
    score(sharpness) >= thresholds.min_sharpness &&
    score(brightness) >= thresholds.min_brightness &&
    score(brightness) <= thresholds.max_brightness &&
    score(entropy) >= thresholds.min_entropy
  )
}

test('fewer than 2 in 100 ordinary photos are doubted', async t => {
  for (const set of ['flower_photos', 'grocery_store', 'open_images_jpeg']) {
    const folder = sharedFolder(t, `data/${set}/images`)
    if (folder === undefined) return
    // Every third of a set is enough to see a threshold that went astray.
    const photos = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(name =>
      name.endsWith('.jpg'),
    )
    const rows = await inspectRows(
      photos.filter((_, n) => n % 3 === 0).map(name => manifestRow(join(folder, name))),
      { batchRows: 16 },
    )
    const doubted = rows.filter(isDoubtful).map(row => row.origin)
    assert.ok(doubted.length < 0.02 * rows.length + 1, `${set}: ${doubted.join('\n')}`)
  }
})

test('blurred, dark and blank pictures are doubted, their originals are not', async t => {
  const folder = sharedFolder(t, 'data/quality_blur_exposure')
  if (folder === undefined) return
  const labels: { file: string; label: string }[] = parse(readFileSync(join(folder, 'labels.csv')), {
    columns: true,
  })
  const rows = await inspectRows(labels.map(({ file }) => manifestRow(join(folder, file))))
  const share = (label: RegExp) => {
    const chosen = rows.filter((_, at) => label.test(labels[at]?.label ?? ''))
    assert.ok(chosen.length > 0)
    return chosen.filter(isDoubtful).length / chosen.length
  }
  assert.equal(share(/^sharp/), 0)
  assert.equal(share(/^gauss_blur_r5/), 1)
  assert.ok(share(/^gauss_blur_r2/) > 0.9)
  assert.ok(share(/^dark/) > 0.9)
  assert.equal(share(/low_information/), 1)
})
