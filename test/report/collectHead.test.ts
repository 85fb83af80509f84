import assert from 'node:assert/strict'
import { test } from 'node:test'
import { evaluateHead } from '../../models/heads/metrics/evaluateHead.ts'
import { parseHeadMetrics } from '../../report/collect/headMetrics.ts'
import { collectReport } from '../../report/collectReport.ts'
import { renderReport } from '../../report/renderReport.ts'
import type { Row } from '../../tables/defineTable.ts'
import type { tables } from '../../tables/tables.ts'
import { drawnRows, hubOf, type TableRows } from './drawnHub.ts'

const fixed = { hub: './hub', codeVersion: '1', runs: [], generatedAt: new Date(0) }
const labels = ['/m/disk', '/m/bar']
/** Of the six drawn pictures, disk bar disk bar disk disk: the probability of a disk. Wrong on 1 and 4. */
const disk = [0.9, 0.7, 0.8, 0.2, 0.05, 0.95]

function headRow(head: Partial<Row<typeof tables.heads>>): Row<typeof tables.heads> {
  const metrics = evaluateHead({
    kind: 'multinomial',
    labels,
    classes: Int32Array.of(0, 1, 0, 1, 0, 0),
    probabilities: Float64Array.from(disk.flatMap(p => [p, 1 - p])),
    rows: 6,
    seed: 1,
    resamples: 100,
  })
  return {
    head_id: 'shapes@r3',
    name: 'shapes',
    model_id: 'm',
    model_sha256: 'ab'.repeat(32),
    kind: 'multinomial',
    labels,
    reg_param: 0.05,
    elastic_net_param: 0,
    seed: 1,
    n_train: 0,
    n_test: 6,
    objective: 0.5,
    accuracy: 4 / 6,
    metrics: JSON.stringify(metrics),
    folder: 'heads/shapes@r3',
    run_id: 'r3',
    trained_at: 1,
    ...head,
  }
}

async function hubRows(
  test: Parameters<typeof drawnRows>[0],
  head: Partial<Row<typeof tables.heads>>,
  probabilities: (index: number) => [label: string, probability: number][],
): Promise<TableRows> {
  const rows = await drawnRows(test)
  const accepted = rows.images.slice(0, 6).map(({ image_id }) => image_id ?? '')
  return {
    ...rows,
    heads: [headRow(head)],
    splits: accepted.map(image_id => ({ head_id: 'shapes@r3', image_id, split: 'test', run_id: 'r3' })),
    predictions: accepted.flatMap((image_id, index) =>
      probabilities(index)
        .sort(([, a], [, b]) => b - a)
        .map(([label, probability], place) => ({
          head_id: 'shapes@r3',
          image_id,
          label,
          probability,
          rank: place + 1,
          run_id: 'r4',
        })),
    ),
  }
}

test('a head comes with its metrics, its confusion matrix and its surest mistakes', async t => {
  const rows = await hubRows(t, {}, index => [
    ['/m/disk', disk[index] ?? 0],
    ['/m/bar', 1 - (disk[index] ?? 0)],
  ])
  const { head } = await collectReport({ ...fixed, ...(await hubOf(t, rows)) })
  assert.ok(head)
  assert.equal(head.accuracy.value, 4 / 6)
  assert.ok((head.accuracy.low ?? 1) < 4 / 6 && (head.accuracy.high ?? 0) > 4 / 6)
  assert.deepEqual(head.confusion, {
    displayNames: ['Disk', 'Bar'],
    counts: [
      [3, 1],
      [1, 1],
    ],
    totals: [4, 2],
    omitted: 0,
  })
  assert.deepEqual(
    head.perClass.map(({ displayName, support, recall }) => [displayName, support, recall?.value]),
    [
      ['Disk', 4, 0.75],
      ['Bar', 2, 0.5],
    ],
  )
  assert.equal(
    head.calibration?.bins.reduce((sum, { count }) => sum + count, 0),
    6,
  )
  assert.equal(head.mistakeCount, 2)
  assert.deepEqual(
    head.mistakes.map(({ truth, predicted, probability, picture }) => [
      truth,
      predicted,
      probability,
      picture.imageId,
      picture.thumbnail.kind,
    ]),
    [
      ['Disk', 'Bar', 0.95, '0000000000000044', 'picture'],
      ['Bar', 'Disk', 0.7, '0000000000000011', 'picture'],
    ],
  )
})

test('a head with one label is wrong where it denies what is verified, or the other way round', async t => {
  const rows = await hubRows(t, { kind: 'binary', labels: ['/m/disk'] }, index => [
    ['/m/disk', disk[index] ?? 0],
  ])
  const denied = (rows.annotations ?? [])
    .filter(({ label }) => label === '/m/bar')
    .map(row => ({ ...row, label: '/m/disk', source: 'verification', confidence: 0 }))
  const { head } = await collectReport({
    ...fixed,
    ...(await hubOf(t, { ...rows, annotations: [...(rows.annotations ?? []), ...denied] })),
  })
  assert.deepEqual(
    head?.mistakes.map(({ truth, predicted, probability }) => [truth, predicted, probability]),
    [
      ['Disk', 'not Disk', 0.95],
      ['not Disk', 'Disk', 0.7],
    ],
  )
})

test('without predictions the report says how to get the mistakes; a head can be asked for by name', async t => {
  const rows = await hubRows(t, {}, () => [])
  const newer = headRow({ head_id: 'other@r9', name: 'other', trained_at: 2 })
  const hub = await hubOf(t, { ...rows, heads: [...(rows.heads ?? []), newer] })
  const newest = await collectReport({ ...fixed, ...hub })
  assert.equal(newest.head?.headId, 'other@r9')
  const named = await collectReport({ ...fixed, ...hub, head: 'shapes' })
  assert.equal(named.head?.headId, 'shapes@r3')
  assert.equal(named.head?.mistakeCount, null)
  assert.match(renderReport(named), /run imagehub predict to see its mistakes/)
})

test('metrics of an unknown shape leave the accuracy of the table, without an interval', async t => {
  for (const metrics of ['', '[]', '{"accuracy":0.5}', 'null']) {
    const figures = parseHeadMetrics(metrics, { displayName: label => label, confusionClasses: 5 })
    assert.deepEqual([figures.accuracy, figures.perClass, figures.confusion], [null, [], null])
  }
  const data = await collectReport({
    ...fixed,
    ...(await hubOf(t, await hubRows(t, { metrics: '{' }, () => []))),
  })
  assert.deepEqual(data.head?.accuracy, { value: 4 / 6, low: null, high: null })
  assert.match(renderReport(data), /66\.7/)
})

test('a confusion matrix of many classes keeps those with the most mistakes and their whole totals', () => {
  const count = 40
  const classes = Int32Array.from({ length: 400 }, (_, row) => row % count)
  const probabilities = new Float64Array(400 * count)
  // Classes 30 to 33 are taken for each other, all others are right.
  classes.forEach((truth, row) => {
    const called = truth >= 30 && truth < 34 && row >= 200 ? 30 + ((truth - 29) % 4) : truth
    probabilities[row * count + called] = 1
  })
  const names = Array.from({ length: count }, (_, index) => `c${index}`)
  const metrics = evaluateHead({
    kind: 'multinomial',
    labels: names,
    classes,
    probabilities,
    rows: 400,
    seed: 1,
    resamples: 100,
  })
  const { confusion } = parseHeadMetrics(JSON.stringify(metrics), {
    displayName: label => label,
    confusionClasses: 5,
  })
  assert.deepEqual(confusion?.displayNames, ['c0', 'c30', 'c31', 'c32', 'c33'])
  assert.deepEqual(confusion.counts[1], [0, 5, 5, 0, 0])
  assert.deepEqual(confusion.totals, [10, 10, 10, 10, 10])
  assert.equal(confusion.omitted, 35)
})
