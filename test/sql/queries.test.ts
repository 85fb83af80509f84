import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Catalog, CellValue, ResultRow } from '../../catalog/Catalog.ts'
import {
  getNamedQuery,
  listNamedQueries,
  type ParameterValue,
  queryParameters,
} from '../../sql/namedQueries.ts'
import { openTinyHub } from './tinyHub.ts'

interface Case {
  readonly parameters?: Record<string, ParameterValue>
  readonly columns: readonly string[]
  readonly rows: readonly (readonly CellValue[])[]
}

/** What each query answers on the tiny hub, worked out by hand from its rows. */
const cases: Record<string, readonly Case[]> = {
  class_breakdown: [
    {
      parameters: { label: '/m/vehicle' },
      columns: ['label', 'display_name', 'images', 'images_with_descendants'],
      rows: [
        ['/m/vehicle', 'Vehicle', 0, 2], // a and b
        ['/m/car', 'Car', 2, 2],
        ['/m/boat', 'Boat', 0, 1], // b is an amphibious car
      ],
    },
    {
      parameters: { label: '/m/tree' },
      columns: ['label', 'display_name', 'images', 'images_with_descendants'],
      rows: [['/m/tree', 'Tree', 3, 3]],
    },
    {
      parameters: { label: '/m/wheel' },
      columns: ['label', 'display_name', 'images', 'images_with_descendants'],
      rows: [['/m/wheel', 'Wheel', 0, 0]],
    },
  ],
  class_frequency: [
    {
      columns: ['label', 'display_name', 'images', 'negatives', 'machine'],
      rows: [
        ['/m/tree', 'Tree', 3, 1, 0],
        ['/m/car', 'Car', 2, 0, 0],
        ['/m/amphi', 'Amphibious car', 1, 0, 0],
        ['/m/boat', 'Boat', 0, 1, 2],
      ],
    },
    {
      parameters: { limit: 1 },
      columns: ['label', 'display_name', 'images', 'negatives', 'machine'],
      rows: [['/m/tree', 'Tree', 3, 1, 0]],
    },
  ],
  class_frequency_with_descendants: [
    {
      columns: ['label', 'display_name', 'images', 'labels_with_descendants'],
      rows: [
        ['/m/car', 'Car', 2, 3],
        ['/m/tree', 'Tree', 3, 3],
        ['/m/vehicle', 'Vehicle', 0, 3], // b counts as a car and as an amphibious car
        ['/m/amphi', 'Amphibious car', 1, 1],
        ['/m/boat', 'Boat', 0, 1],
      ],
    },
  ],
  confident_mistakes: [
    {
      parameters: { head: 'flora' },
      columns: ['image_id', 'origin', 'predicted', 'predicted_name', 'probability', 'actual', 'actual_name'],
      // b is a tree too, so ranking tree first is no mistake.
      rows: [['d', 'file:///p/d.jpg', '/m/amphi', 'Amphibious car', 0.6, '/m/tree', 'Tree']],
    },
    {
      parameters: { head: 'flora@r1' },
      columns: ['image_id', 'origin', 'predicted', 'predicted_name', 'probability', 'actual', 'actual_name'],
      rows: [['a', 'file:///p/a.jpg', '/m/amphi', 'Amphibious car', 0.9, '/m/tree', 'Tree']],
    },
  ],
  confusion_by_class: [
    {
      parameters: { head: 'flora' },
      columns: ['actual', 'actual_name', 'predicted', 'predicted_name', 'images', 'share_of_actual'],
      rows: [
        ['/m/amphi', 'Amphibious car', '/m/tree', 'Tree', 1, 1],
        ['/m/tree', 'Tree', '/m/tree', 'Tree', 2, 2 / 3],
        ['/m/tree', 'Tree', '/m/amphi', 'Amphibious car', 1, 1 / 3],
      ],
    },
    {
      parameters: { head: 'unheard of' },
      columns: ['actual', 'actual_name', 'predicted', 'predicted_name', 'images', 'share_of_actual'],
      rows: [],
    },
  ],
  cooccurring_classes: [
    {
      parameters: { label: '/m/car' },
      columns: ['label', 'display_name', 'images', 'share', 'lift'],
      rows: [
        ['/m/tree', 'Tree', 2, 1, 1],
        ['/m/amphi', 'Amphibious car', 1, 0.5, 1.5],
      ],
    },
  ],
  cooccurring_pairs: [
    {
      columns: ['label_a', 'name_a', 'label_b', 'name_b', 'images', 'overlap'],
      rows: [
        ['/m/car', 'Car', '/m/tree', 'Tree', 2, 1],
        ['/m/amphi', 'Amphibious car', '/m/car', 'Car', 1, 1],
        ['/m/amphi', 'Amphibious car', '/m/tree', 'Tree', 1, 1],
      ],
    },
    {
      parameters: { classes: 2 },
      columns: ['label_a', 'name_a', 'label_b', 'name_b', 'images', 'overlap'],
      rows: [['/m/car', 'Car', '/m/tree', 'Tree', 2, 1]],
    },
  ],
  duplicate_groups: [
    {
      columns: ['sha256', 'image_id', 'origins', 'suppliers', 'wasted_bytes', 'first_origin'],
      rows: [['sha-a', 'a', 2, 2, 1000, 'file:///p/a.jpg']],
    },
  ],
  embeddings_without_labels: [{ parameters: { model_id: 'm3' }, columns: ['image_id'], rows: [['c']] }],
  file_size_distribution: [
    {
      columns: ['from_bytes', 'below_bytes', 'images', 'share', 'cumulative_share', 'total_bytes'],
      rows: [
        [0, 1, 1, 1 / 6, 1 / 6, 0],
        [512, 1024, 2, 2 / 6, 3 / 6, 2000],
        [1024, 2048, 1, 1 / 6, 4 / 6, 1500],
        [2048, 4096, 1, 1 / 6, 5 / 6, 3000],
        [4096, 8192, 1, 1 / 6, 1, 5000],
      ],
    },
  ],
  hierarchy_leaves: [
    {
      columns: ['label', 'display_name', 'children', 'descendants', 'leaves'],
      rows: [
        ['/m/boat', 'Boat', 1, 1, 1],
        ['/m/car', 'Car', 1, 1, 1],
        ['/m/vehicle', 'Vehicle', 2, 3, 1], // two ways lead to the one leaf
      ],
    },
  ],
  images_per_day: [
    {
      columns: ['day', 'origins', 'accepted', 'bytes', 'accepted_so_far'],
      rows: [
        ['2026-03-01', 3, 3, 5000, 3],
        ['2026-03-02', 4, 1, 6500, 4],
      ],
    },
  ],
  images_without_embeddings: [
    { parameters: { model_id: 'm3' }, columns: ['image_id', 'origin'], rows: [] },
    {
      parameters: { model_id: 'm2' },
      columns: ['image_id', 'origin'],
      rows: [
        ['b', 'file:///p/b.jpg'],
        ['c', 'file:///p/c.jpg'],
      ],
    },
  ],
  label_disagreements: [
    {
      columns: ['image_id', 'label', 'display_name', 'present_say', 'absent_say'],
      rows: [['d', '/m/tree', 'Tree', 'verification', 'crowd']],
    },
  ],
  labelled_images: [
    {
      columns: ['image_id', 'origin', 'label', 'display_name'],
      // Of two origins of a the first by name; d is quarantined, and its sources tie besides.
      rows: [
        ['a', 'file:///p/a.jpg', '/m/car', 'Car'],
        ['a', 'file:///p/a.jpg', '/m/tree', 'Tree'],
        ['b', 'file:///p/b.jpg', '/m/amphi', 'Amphibious car'],
        ['b', 'file:///p/b.jpg', '/m/car', 'Car'],
        ['b', 'file:///p/b.jpg', '/m/tree', 'Tree'],
      ],
    },
    {
      parameters: { label: 'vehicle' },
      columns: ['image_id', 'origin', 'label', 'display_name'],
      // b is a car and an amphibious car: one vehicle.
      rows: [
        ['a', 'file:///p/a.jpg', '/m/vehicle', 'Vehicle'],
        ['b', 'file:///p/b.jpg', '/m/vehicle', 'Vehicle'],
      ],
    },
  ],
  labels_of_image: [
    {
      parameters: { image_id: 'a' },
      columns: ['label', 'display_name', 'source', 'confidence', 'run_id'],
      rows: [
        ['/m/car', 'Car', 'crowd', 1, 'r1'],
        ['/m/car', 'Car', 'verification', 1, 'r1'],
        ['/m/tree', 'Tree', 'verification', 1, 'r1'],
        ['/m/boat', 'Boat', 'verification', 0, 'r1'],
      ],
    },
  ],
  labels_per_image: [
    {
      columns: ['classes', 'images'],
      rows: [
        [0, 1], // c
        [2, 1], // a, whose car two sources saw
        [3, 1], // b
      ],
    },
  ],
  nearest_images: [
    {
      parameters: { image_id: 'a', model_id: 'm3' },
      columns: ['image_id', 'cosine', 'origin'],
      rows: [
        ['b', 0.8, 'file:///p/b.jpg'],
        ['c', 0, 'file:///p/c.jpg'],
      ],
    },
    { parameters: { image_id: 'a', model_id: 'm2' }, columns: ['image_id', 'cosine', 'origin'], rows: [] },
  ],
  positives_negatives_by_source: [
    {
      columns: ['source', 'positives', 'negatives', 'machine', 'classes'],
      rows: [
        ['verification', 5, 1, 0, 4],
        ['crowd', 2, 1, 0, 2],
        ['machine', 0, 0, 2, 1],
      ],
    },
    {
      parameters: { label: '/m/tree' },
      columns: ['source', 'positives', 'negatives', 'machine', 'classes'],
      rows: [
        ['verification', 2, 0, 0, 1],
        ['crowd', 1, 1, 0, 1],
      ],
    },
  ],
  resolution_distribution: [
    {
      columns: [
        'from_pixels',
        'below_pixels',
        'images',
        'share',
        'landscape',
        'portrait',
        'square',
        'median_megapixels',
      ],
      rows: [
        [0, 128, 1, 0.2, 0, 0, 1, 0.01],
        [512, 1024, 4, 0.8, 3, 1, 0, 0.555],
      ],
    },
  ],
  run_throughput: [
    {
      columns: [
        'run_id',
        'command',
        'started_at',
        'stage',
        'rows_in',
        'rows_out',
        'rows_resumed',
        'workers',
        'seconds',
        'rows_per_second',
      ],
      rows: [['r1', 'ingest', '2026-03-01T10:00:00Z', 'inspect', 7, 7, 3, 2, 2, 2]],
    },
  ],
  suppliers_by_acceptance: [
    {
      columns: [
        'supplier_id',
        'origins',
        'accepted',
        'quarantined',
        'rejected',
        'failed',
        'acceptance_rate',
        'main_reason',
      ],
      rows: [
        ['s1', 2, 2, 0, 0, 0, 1, null],
        ['s2', 4, 2, 1, 1, 0, 0.5, 'blurred'],
        [null, 1, 0, 0, 0, 1, null, 'unreadable'],
      ],
    },
    {
      parameters: { at_least: 4 },
      columns: [
        'supplier_id',
        'origins',
        'accepted',
        'quarantined',
        'rejected',
        'failed',
        'acceptance_rate',
        'main_reason',
      ],
      rows: [['s2', 4, 2, 1, 1, 0, 0.5, 'blurred']],
    },
  ],
  verdicts_by_reason: [
    {
      columns: ['verdict', 'reason', 'origins', 'share', 'example'],
      rows: [
        ['accepted', null, 4, 4 / 7, 'file:///p/a.jpg'],
        ['failed', 'unreadable', 1, 1 / 7, 'file:///p/f.jpg'],
        ['quarantined', 'blurred', 1, 1 / 7, 'file:///p/d.jpg'],
        ['quarantined', 'dark', 1, 1 / 7, 'file:///p/d.jpg'],
        ['rejected', 'empty', 1, 1 / 7, 'file:///p/e.jpg'],
      ],
    },
  ],
}

describe('sql/queries', () => {
  let catalog: Catalog
  let end: () => Promise<void>
  before(async () => {
    ;({ catalog, end } = await openTinyHub())
  })
  after(() => end())

  it('have a test each, and say what a row is and what each parameter is', () => {
    const queries = listNamedQueries()
    assert.ok(queries.length >= 14)
    assert.deepEqual(
      queries.map(({ name }) => name),
      Object.keys(cases).sort(),
    )
    for (const { name, doc, parameters, sql } of queries) {
      assert.match(doc, /^One row is /, name)
      const used = new Set(Array.from(sql.matchAll(/\$(\w+)/g), ([, parameter]) => parameter))
      assert.deepEqual(new Set(parameters.map(parameter => parameter.name)), used, name)
    }
  })

  for (const [name, list] of Object.entries(cases))
    for (const { parameters = {}, columns, rows } of list)
      it(`${name}(${JSON.stringify(parameters)}) answers the expected rows`, async () => {
        const query = getNamedQuery(name)
        const result = await catalog.query(query.sql, queryParameters(query, parameters))
        assert.deepEqual(
          result.columns.map(column => column.name),
          columns,
        )
        assert.deepEqual(
          result.rows.map(row => rounded(columns, row)),
          rows.map(row => row.map(round)),
        )
      })
})

function rounded(columns: readonly string[], row: ResultRow): CellValue[] {
  return columns.map(column => round(row[column] ?? null))
}

/** Cosines are float32: six digits tell. */
function round(value: CellValue): CellValue {
  return typeof value === 'number' ? Number(value.toFixed(6)) : value
}
