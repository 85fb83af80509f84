import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import fc from 'fast-check'
import { classFilesBeside, loadClassDescriptions } from '../../../sources/labels/classDescriptions.ts'
import { type LoadLabelsOptions, loadLabels } from '../../../sources/labels/loadLabels.ts'
import { memoryDatabase, rowsOf } from '../../support/duckdb.ts'
import { sharedFolder } from '../../support/shared.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'

const all = 'SELECT reference, label, display_name, source, confidence FROM label_rows ORDER BY ALL'
const none = { count: 0, examples: [] }

async function load(
  t: TestContext,
  csv: string,
  options: Partial<LoadLabelsOptions> & { descriptions?: string } = {},
) {
  const connection = await memoryDatabase(t)
  const folder = await temporaryFolder(t)
  const path = join(folder, 'labels.csv')
  await writeFile(path, csv)
  const { descriptions, ...rest } = options
  if (descriptions !== undefined) await writeFile(join(folder, 'classes.csv'), descriptions)
  const classes = descriptions === undefined ? {} : { classDescriptions: join(folder, 'classes.csv') }
  const report = await loadLabels({ connection, path, ...classes, ...rest })
  return { report, rows: await rowsOf(connection, all) }
}

test('plain names are labels and their own display names, sure ones of source csv', async t => {
  const { rows, report } = await load(t, 'file,label,licence\nrose/1.jpg,rose,MIT\nlily/2.jpg, lily ,MIT\n')
  assert.deepEqual(rows, [
    ['lily/2.jpg', 'lily', 'lily', 'csv', 1],
    ['rose/1.jpg', 'rose', 'rose', 'csv', 1],
  ])
  assert.deepEqual(
    { ...report, csv: null },
    {
      csv: null,
      claims: 2,
      labels: 2,
      repeated: 0,
      conflicting: none,
      noImage: none,
      noLabel: none,
      badConfidence: none,
      unknownLabels: none,
    },
  )
})

const openImages =
  'ImageID,Source,LabelName,Confidence\nff,verification,/m/1,1\nff,verification,/m/2,0\nff,machine,/m/1,0.7\n'

for (const [name, header] of [
  ['with', 'LabelName,DisplayName\n'],
  ['without', ''],
] as const)
  test(`Open Images labels are joined with class descriptions ${name} a header`, async t => {
    const { rows, report } = await load(t, openImages, {
      descriptions: `${header}/m/1,"Car, van"\n/m/1,Again\n`,
    })
    assert.deepEqual(rows, [
      ['ff', '/m/1', 'Car, van', 'machine', 0.7],
      ['ff', '/m/1', 'Car, van', 'verification', 1],
      ['ff', '/m/2', '/m/2', 'verification', 0],
    ])
    assert.deepEqual(report.unknownLabels, { count: 1, examples: ['/m/2'] })
  })

test('boxes of one class on one image are one label, as sure as the surest box', async t => {
  const { rows, report } = await load(
    t,
    'ImageID,Source,LabelName,Confidence,XMin,XMax,YMin,YMax\nff,xclick,/m/1,1,0,1,0,1\nff,xclick,/m/1,1,0,.5,0,.5\nff,xclick,/m/2,0.3,0,1,0,1\nff,xclick,/m/2,0.9,0,1,0,1\n',
  )
  assert.deepEqual(rows, [
    ['ff', '/m/1', '/m/1', 'xclick', 1],
    ['ff', '/m/2', '/m/2', 'xclick', 0.9],
  ])
  assert.equal(report.repeated, 2)
  assert.deepEqual(report.conflicting, { count: 1, examples: ['ff /m/2'] })
})

test('cells without a value and confidences outside 0 to 1 are counted with examples', async t => {
  const { rows, report } = await load(
    t,
    'file,label,confidence\na,x,1\n,x,1\n" ",y,1\nb,,1\nc,x,95\nd,x,-0.1\ne,x,nan\nf,x,\ng,x,high\nh,x,0\n',
  )
  assert.deepEqual(
    rows.map(row => row[0]),
    ['a', 'h'],
  )
  assert.equal(report.claims, 10)
  assert.deepEqual(report.noImage, { count: 2, examples: ['x', 'y'] })
  assert.deepEqual(report.noLabel, { count: 1, examples: ['b'] })
  assert.deepEqual(report.badConfidence, {
    count: 5,
    examples: ['c x 95', 'd x -0.1', 'e x nan', 'f x empty', 'g x high'],
  })
})

test('a cell may list labels, and columns may have any name', async t => {
  const { rows, report } = await load(t, 'photo;Motive\na;x| y |x\nb;\n', {
    columns: { image: 'Photo', label: 'motive' },
    separator: '|',
    source: 'ann',
  })
  assert.deepEqual(rows, [
    ['a', 'x', 'x', 'ann', 1],
    ['a', 'y', 'y', 'ann', 1],
  ])
  assert.deepEqual([report.claims, report.repeated, report.noLabel.count], [4, 1, 1])
})

test('a source column tells who labelled only beside a confidence, or where it is named', async t => {
  const csv = 'file,label,source\na,x,flickr\n'
  const source = async (options: Partial<LoadLabelsOptions>) => (await load(t, csv, options)).rows[0]?.[3]
  assert.equal(await source({}), 'csv')
  assert.equal(await source({ columns: { source: 'source' } }), 'flickr')
})

test('a file without one usable label is a mistake that names the faults', async t => {
  await assert.rejects(load(t, 'file,label\n'), {
    code: 'no_labels',
    message: /no row below its header/,
    fault: 'user',
  })
  await assert.rejects(load(t, 'file,label,confidence\na,x,50\n,x,1\n'), {
    code: 'no_labels',
    message: /1 without an image \(x\); 1 with a confidence .*\(a x 50\)/,
  })
})

test('every claim is a label, a repeated one, or counted as unusable', async t => {
  const connection = await memoryDatabase(t)
  const path = join(await temporaryFolder(t), 'labels.csv')
  const row = fc.tuple(
    fc.constantFrom('a', 'b', ''),
    fc.constantFrom('x', 'y', 'x|y', ''),
    fc.constantFrom('m', 'n', ''),
    fc.constantFrom('0', '1', '0.5', '2', ''),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(row, { maxLength: 30 }), async rows => {
      await writeFile(
        path,
        ['file,label,source,confidence', 'sure,x,m,1', ...rows.map(cells => cells.join(','))].join('\n'),
      )
      const report = await loadLabels({ connection, path, separator: '|' })
      const expected = new Map([['sure/x/m', 1]])
      let claims = 1
      for (const [image, labels, source, confidence] of rows)
        for (const label of labels.split('|')) {
          claims++
          const key = `${image}/${label}/${source || 'csv'}`
          const usable = image !== '' && label !== '' && confidence !== '' && Number(confidence) <= 1
          if (usable) expected.set(key, Math.max(expected.get(key) ?? 0, Number(confidence)))
        }
      const found = await rowsOf(
        connection,
        "SELECT concat_ws('/', reference, label, source), confidence FROM label_rows",
      )
      assert.deepEqual(new Map(found as [string, number][]), expected)
      const { labels, repeated, noImage, noLabel, badConfidence } = report
      assert.equal(report.claims, claims)
      assert.equal(labels + repeated + noImage.count + noLabel.count + badConfidence.count, claims)
    }),
    { numRuns: 40 },
  )
})

test('the class files of Open Images are found beside a label file', async t => {
  const folder = await temporaryFolder(t)
  for (const name of [
    'class-descriptions-boxable.csv',
    'oidv7-class-descriptions.csv',
    'bbox_labels_600_hierarchy.json',
    'labels.csv',
  ])
    await writeFile(join(folder, name), '')
  assert.deepEqual(await classFilesBeside(join(folder, 'labels.csv')), {
    descriptions: join(folder, 'oidv7-class-descriptions.csv'),
    hierarchy: join(folder, 'bbox_labels_600_hierarchy.json'),
  })
})

test('the real Open Images files read whole', async t => {
  const folder = sharedFolder(t, 'data/open_images_meta')
  if (folder === undefined) return
  const connection = await memoryDatabase(t)
  await loadClassDescriptions({ connection, path: join(folder, 'class-descriptions.csv') })
  assert.deepEqual(
    await rowsOf(
      connection,
      "SELECT count(*)::INT, any_value(display_name) FILTER (label = '/m/0100nhbf') FROM class_names",
    ),
    [[19_996, "Sprenger's tulip"]],
  )
  const report = await loadLabels({
    connection,
    path: join(folder, 'train-annotations-bbox.csv'),
    classDescriptions: join(folder, 'class-descriptions-boxable.csv'),
  })
  assert.equal(report.claims, 13_134)
  assert.deepEqual(report.unknownLabels, none)
})
