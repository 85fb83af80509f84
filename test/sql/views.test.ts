import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Catalog, ResultRow } from '../../catalog/Catalog.ts'
import { catalogObjects } from '../../sql/catalogObjects.ts'
import { sqlNames } from '../../sql/readSql.ts'
import { openTinyHub } from './tinyHub.ts'

describe('sql/views and sql/macros', () => {
  let catalog: Catalog
  let end: () => Promise<void>
  before(async () => {
    ;({ catalog, end } = await openTinyHub())
  })
  after(() => end())

  const rows = async (sql: string) => (await catalog.query(sql)).rows
  const first = async (sql: string): Promise<ResultRow | undefined> => (await rows(sql))[0]
  const list = async (sql: string) => (await rows(sql)).map(row => Object.values(row)[0])

  it('every file is part of the catalog, and every view says what a row is', () => {
    const objects = catalogObjects()
    for (const kind of ['view', 'macro'] as const)
      assert.deepEqual(
        objects.flatMap(object => (object.kind === kind ? [object.name] : [])).sort(),
        sqlNames(`${kind}s`),
      )
    for (const { kind, name, doc } of objects) if (kind === 'view') assert.match(doc, /^One row is /, name)
  })

  it('image_labels weighs verifying sources against each other, and asks a machine only where there is none', async () => {
    const sql =
      'SELECT image_id, label, present, positives, negatives, machine_confidence FROM image_labels ORDER BY ALL'
    assert.deepEqual(
      (await rows(sql)).map(row => Object.values(row)),
      [
        ['a', '/m/boat', false, 0, 1, null],
        ['a', '/m/car', true, 2, 0, null],
        ['a', '/m/tree', true, 1, 0, null],
        ['b', '/m/amphi', true, 1, 0, null],
        ['b', '/m/boat', true, 0, 0, 0.7],
        ['b', '/m/car', true, 1, 0, null],
        ['b', '/m/tree', true, 1, 0, null],
        ['d', '/m/boat', false, 0, 0, 0.3],
        ['d', '/m/tree', null, 1, 1, null],
      ],
    )
  })

  it('labels names classes, and keeps the id of a class that has no name', async () => {
    assert.deepEqual(await list("SELECT DISTINCT display_name FROM labels WHERE label = '/m/amphi'"), [
      'Amphibious car',
    ])
    assert.deepEqual(await list("SELECT class_name('/m/unheard')"), ['/m/unheard'])
  })

  it('accepted_images counts an image once that came from two origins', async () => {
    assert.deepEqual(
      (await rows('SELECT * FROM accepted_images ORDER BY image_id')).map(row => Object.values(row)),
      [
        ['a', 'file:///p/a.jpg', 2],
        ['b', 'file:///p/b.jpg', 1],
        ['c', 'file:///p/c.jpg', 1],
      ],
    )
  })

  it('a head that was trained again is current, and its predictions are the latest', async () => {
    assert.deepEqual(await list('SELECT head_id FROM current_heads'), ['flora@r2'])
    assert.deepEqual(await list('SELECT DISTINCT head_id FROM latest_predictions'), ['flora@r2'])
    assert.deepEqual(await list("FROM head_ids('flora')"), ['flora@r2'])
    assert.deepEqual(await list("FROM head_ids('flora@r1')"), ['flora@r1'])
  })

  it('test_results pairs each held-out image with each of its verified classes among those of the head', async () => {
    assert.deepEqual(
      (
        await rows(
          "SELECT image_id, actual, predicted FROM test_results WHERE head_id = 'flora@r2' ORDER BY ALL",
        )
      ).map(row => Object.values(row)),
      [
        ['a', '/m/tree', '/m/tree'],
        ['b', '/m/amphi', '/m/tree'],
        ['b', '/m/tree', '/m/tree'],
        ['d', '/m/tree', '/m/amphi'],
      ],
    )
  })

  it('runs holds every run record, whether it committed or not', async () => {
    assert.deepEqual(await first("SELECT * EXCLUDE (stages) FROM runs WHERE run_id = 'r2'"), {
      run_id: 'r2',
      command: 'featurize',
      state: 'failed',
      started_at: '2026-03-02T23:59:59.500000Z',
      ended_at: null,
      snapshot: null,
      parameters: '{}',
      rows_written: '{}',
      rules_version: null,
      model_id: 'm3',
      model_sha256: 'beef',
      code_version: '0.1.0',
      engine: 'local',
      host: 'desk',
      error_code: 'disk_full',
      error_message: 'no space left',
      dollars: null,
      dollars_per_thousand: null,
      machine_hours: null,
    })
    assert.deepEqual(await list('SELECT rows_per_second FROM run_stages'), [2])
  })

  it('descendants and ancestors follow the DAG, the class itself included; parts are asked for by name', async () => {
    assert.deepEqual(await list("FROM descendants('/m/vehicle') ORDER BY ALL"), [
      '/m/amphi',
      '/m/boat',
      '/m/car',
      '/m/vehicle',
    ])
    assert.deepEqual(await list("FROM ancestors('/m/amphi') ORDER BY ALL"), [
      '/m/amphi',
      '/m/boat',
      '/m/car',
      '/m/vehicle',
    ])
    assert.deepEqual(await list("FROM descendants('/m/car', relation := 'part') ORDER BY ALL"), [
      '/m/car',
      '/m/wheel',
    ])
    assert.deepEqual(await list("FROM ancestors('/m/wheel', relation := 'part') ORDER BY ALL"), [
      '/m/car',
      '/m/wheel',
    ])
  })

  it('descendants and ancestors take a display name too; a class that nobody knows is an error, not a class without kinds', async () => {
    assert.deepEqual(await list("FROM descendants('vehicle') ORDER BY ALL"), [
      '/m/amphi',
      '/m/boat',
      '/m/car',
      '/m/vehicle',
    ])
    assert.deepEqual(await list("FROM ancestors('Wheel', relation := 'part') ORDER BY ALL"), [
      '/m/car',
      '/m/wheel',
    ])
    for (const macro of ['descendants', 'ancestors'])
      await assert.rejects(
        catalog.query(`FROM ${macro}('Vehicel')`),
        /no class has the id or display name Vehicel/,
      )
  })

  it('macros take columns, whatever they are called', async () => {
    assert.deepEqual(await list('SELECT class_name(label) FROM classes ORDER BY label'), [
      'Amphibious car',
      'Boat',
      'Car',
      'Tree',
      'Vehicle',
      'Wheel',
    ])
    const same = async (sql: string) => assert.deepEqual(await list(sql), [true], sql)
    await same('SELECT bool_and(class_id(label) = label AND class_id(display_name) = label) FROM classes')
    await same(
      "SELECT list(image_origin(image_id) ORDER BY origin) = ['a', 'a', 'b', 'c', 'd', 'e', NULL].list_transform(lambda x: 'file:///p/' || x || '.jpg') FROM images",
    )
    await same(
      'SELECT bool_and((SELECT count(*) FROM descendants(label)) = (SELECT count(*) FROM class_closure WHERE ancestor = c.label)) FROM classes AS c',
    )
    await same('SELECT bool_and((SELECT min(head_id) FROM head_ids(name)) = head_id) FROM current_heads')
  })

  it('class_id takes an id or a display name, and says when there is no such class', async () => {
    assert.deepEqual(await list("SELECT class_id('amphibious CAR')"), ['/m/amphi'])
    assert.deepEqual(await list("SELECT class_id('/m/car')"), ['/m/car'])
    await assert.rejects(
      catalog.query("SELECT class_id('Vehicel')"),
      /no class has the id or display name Vehicel/,
    )
  })

  it('dictionary says of every column of every table what its values are', async () => {
    assert.deepEqual(await first("FROM dictionary WHERE table_name = 'images' AND column_name = 'height'"), {
      table_name: 'images',
      table_doc: 'one origin that was read, with its verdict',
      column_name: 'height',
      data_type: 'INTEGER',
      column_doc: 'pixels, after the EXIF orientation is applied',
    })
    const undocumented = 'SELECT table_name FROM dictionary WHERE table_doc IS NULL'
    assert.deepEqual(await list(undocumented), [])
  })
})
