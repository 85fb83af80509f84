import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import type { DuckDBConnection } from '@duckdb/node-api'
import fc from 'fast-check'
import { folderLabels } from '../../../sources/labels/folderLabels.ts'
import { matchLabels } from '../../../sources/labels/matchLabels.ts'
import { memoryDatabase, rowsOf } from '../../support/duckdb.ts'

type Image = readonly [origin: string, imageId: string | null]

async function setUp(connection: DuckDBConnection, images: readonly Image[], references: readonly string[]) {
  await connection.run('CREATE OR REPLACE TABLE images (origin VARCHAR, image_id VARCHAR)')
  await connection.run(
    'CREATE OR REPLACE TEMP TABLE label_rows (reference VARCHAR, label VARCHAR, display_name VARCHAR, source VARCHAR, confidence DOUBLE, conflicting BOOLEAN)',
  )
  for (const [origin, id] of images) await connection.run('INSERT INTO images VALUES ($1, $2)', [origin, id])
  for (const reference of references)
    await connection.run("INSERT INTO label_rows VALUES ($1, $1, $1, 'csv', 1, false)", [reference])
}

/** Which references found which image. */
async function match(
  t: TestContext,
  images: readonly Image[],
  references: readonly string[],
  root: string | null = 'file:///in',
) {
  const connection = await memoryDatabase(t)
  await setUp(connection, images, references)
  const report = await matchLabels({ connection, images: 'images', root })
  const found = await rowsOf(connection, 'SELECT label, image_id FROM matched_labels')
  return { report, found: Object.fromEntries(found as [string, string][]) }
}

const photos: Image[] = [
  ['file:///in/rose/1.jpg', 'r1'],
  ['file:///in/lily/1.jpg', 'l1'],
  ['file:///in/lily/2%20%C3%BC%23.jpg', 'l2'],
  ['file:///in/00ff00ff00ff00ff.jpg', '00ff00ff00ff00ff'],
  ['s3://bucket/a%20b.jpg', 's3'],
  ['file:///in/broken.jpg', null],
]

test('a reference finds its image by path, end of path, name, id or URI', async t => {
  const expected = {
    'rose/1.jpg': 'r1',
    './lily//1.jpg': 'l1',
    'lily\\1.jpg': 'l1',
    '/in/lily/1.jpg': 'l1',
    'C:\\in\\lily\\1.jpg': 'l1',
    '2 ü#.jpg': 'l2',
    '2 u\u0308#.jpg': 'l2', // the same letter, decomposed
    '2 ü#': 'l2',
    '00ff00ff00ff00ff': '00ff00ff00ff00ff',
    '00FF00FF00FF00FF': '00ff00ff00ff00ff',
    'file:///in/lily/1.jpg': 'l1',
    's3://bucket/a%20b.jpg': 's3',
    'a%20b.jpg': 's3', // an S3 key is verbatim
  }
  const { found, report } = await match(t, photos, Object.keys(expected))
  assert.deepEqual(found, expected)
  assert.deepEqual(report.absent.count + report.ambiguous.count + report.unreadable.count, 0)
  assert.equal(report.matched, Object.keys(expected).length)
})

test('absent, ambiguous and unreadable images are told apart, with examples', async t => {
  const { found, report } = await match(t, photos, [
    '1.jpg',
    'absent.jpg',
    'tulip/1.jpg',
    'broken.jpg',
    '../in/rose/1.jpg',
    'rose/1.jpg',
  ])
  assert.deepEqual(found, { 'rose/1.jpg': 'r1', '../in/rose/1.jpg': 'r1' })
  assert.deepEqual(report, {
    matched: 2,
    absent: { count: 2, examples: ['absent.jpg', 'tulip/1.jpg'] },
    ambiguous: { count: 1, examples: ['1.jpg'] },
    unreadable: { count: 1, examples: ['broken.jpg'] },
    labels: 2,
    unlabelled: {
      count: 4,
      examples: [
        'file:///in/00ff00ff00ff00ff.jpg',
        'file:///in/lily/1.jpg',
        'file:///in/lily/2%20%C3%BC%23.jpg',
        's3://bucket/a%20b.jpg',
      ],
    },
  })
})

test('a whole path is meant before an end of one, and copies of one image are no ambiguity', async t => {
  const images: Image[] = [
    ['file:///in/1.jpg', 'top'],
    ['file:///in/old/1.jpg', 'old'],
    ['file:///in/x/same.jpg', 'same'],
    ['file:///in/y/same.jpg', 'same'],
  ]
  const { found } = await match(t, images, ['1.jpg', 'same.jpg'])
  assert.deepEqual(found, { '1.jpg': 'top', 'same.jpg': 'same' })
})

test('references that mean one image give it each label once, the surest', async t => {
  const connection = await memoryDatabase(t)
  await setUp(connection, photos, [])
  await connection.run(
    `INSERT INTO label_rows VALUES ('rose/1.jpg', 'x', 'X', 'csv', 0.2, false), ('file:///in/rose/1.jpg', 'x', 'X', 'csv', 0.9, false), ('rose/1.jpg', 'x', 'X', 'ann', 0, false)`,
  )
  const report = await matchLabels({ connection, images: 'images', root: 'file:///in' })
  assert.deepEqual(await rowsOf(connection, 'FROM matched_labels ORDER BY ALL'), [
    ['r1', 'x', 'X', 'ann', 0],
    ['r1', 'x', 'X', 'csv', 0.9],
  ])
  assert.equal(report.labels, 2)
})

test('a label file and a folder match as a plain search over all paths would', async t => {
  const connection = await memoryDatabase(t)
  const part = fc.constantFrom('a', 'b', 'c d', 'ü', '1.jpg', '2.jpg')
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map(parts => parts.join('/'))
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(path, { maxLength: 12 }),
      fc.uniqueArray(path, { minLength: 1, maxLength: 8 }),
      async (paths, references) => {
        await setUp(
          connection,
          paths.map(each => [pathToFileURL(`/in/${each}`).href, each]),
          references,
        )
        await matchLabels({ connection, images: 'images', root: 'file:///in' })
        const found = Object.fromEntries(
          (await rowsOf(connection, 'SELECT label, image_id FROM matched_labels')) as [string, string][],
        )
        for (const reference of references) {
          const longest = paths
            .filter(each => reference.endsWith(`/${each}`))
            .sort((a, b) => b.length - a.length)
          const stem = (each: string) => (each.split('/').at(-1) ?? '').replace(/\.jpg$/, '')
          const rules = [
            paths.filter(each => each === reference),
            paths.filter(each => each.endsWith(`/${reference}`)),
            longest.slice(0, 1),
            paths.filter(each => stem(each) === reference),
          ]
          const decided = rules.find(matches => matches.length > 0) ?? []
          assert.equal(found[reference], decided.length === 1 ? decided[0] : undefined, reference)
        }
      },
    ),
    { numRuns: 40 },
  )
})

test('folder names label the images in them, by the same match', async t => {
  const connection = await memoryDatabase(t)
  await setUp(
    connection,
    [
      ['file:///in/rose/1.jpg', 'r1'],
      ['file:///in/red/c%20d/2.jpg', 'c2'],
      ['file:///in/loose.jpg', 'p'],
      ['file:///in/lily/cut.jpg', null],
    ],
    [],
  )
  const report = await folderLabels({ connection, images: 'images', root: 'file:///in' })
  assert.deepEqual(
    [report.claims, report.labels, report.noLabel],
    [4, 3, { count: 1, examples: ['file:///in/loose.jpg'] }],
  )
  const matched = await matchLabels({ connection, images: 'images', root: 'file:///in' })
  assert.deepEqual(await rowsOf(connection, 'FROM matched_labels ORDER BY ALL'), [
    ['c2', 'c d', 'c d', 'folder', 1],
    ['r1', 'rose', 'rose', 'folder', 1],
  ])
  assert.deepEqual(matched.unreadable, { count: 1, examples: ['file:///in/lily/cut.jpg'] })
  await connection.run("DELETE FROM images WHERE origin NOT LIKE '%loose%'")
  await assert.rejects(folderLabels({ connection, images: 'images', root: 'file:///in' }), {
    code: 'no_labels',
    fault: 'user',
  })
})
