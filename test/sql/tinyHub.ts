import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Catalog } from '../../catalog/Catalog.ts'
import { openCatalog } from '../../catalog/openCatalog.ts'
import type { RunRecord } from '../../catalog/RunRecord.ts'
import { type PartialRows, writeTables } from './writeTables.ts'

const dayOne = '2026-03-01T10:00:00Z'
const dayTwo = '2026-03-02T23:59:59.5Z'

/**
 * Six origins, five distinct images (a is b's twin under another name), a class DAG with two paths from Vehicle to
 * Amphibious car, two verifying sources that disagree once, and a head that was trained twice.
 */
export const tinyRows: PartialRows = {
  images: [
    image('a', 'file:///p/a.jpg', 'accepted', { supplier_id: 's1', bytes: 1000, height: 600, width: 800 }),
    image('a', 'file:///p/a2.jpg', 'accepted', { supplier_id: 's2', bytes: 1000, height: 600, width: 800 }),
    image('b', 'file:///p/b.jpg', 'accepted', { supplier_id: 's1', bytes: 3000, height: 1500, width: 1000 }),
    image('c', 'file:///p/c.jpg', 'accepted', {
      supplier_id: 's2',
      bytes: 1500,
      height: 100,
      width: 100,
      at: dayTwo,
    }),
    image('d', 'file:///p/d.jpg', 'quarantined', {
      supplier_id: 's2',
      bytes: 5000,
      height: 700,
      width: 900,
      reasons: ['blurred', 'dark'],
      at: dayTwo,
    }),
    image('e', 'file:///p/e.jpg', 'rejected', {
      supplier_id: 's2',
      bytes: 0,
      reasons: ['empty'],
      at: dayTwo,
    }),
    { origin: 'file:///p/f.jpg', verdict: 'failed', reasons: ['unreadable'], ingested_at: dayTwo },
  ],
  classes: [
    { label: '/m/vehicle', display_name: 'Vehicle' },
    { label: '/m/car', display_name: 'Car' },
    { label: '/m/boat', display_name: 'Boat' },
    { label: '/m/amphi', display_name: 'Amphibious car' },
    { label: '/m/wheel', display_name: 'Wheel' },
    { label: '/m/tree', display_name: 'Tree' },
  ],
  class_edges: [
    edge('/m/vehicle', '/m/car'),
    edge('/m/vehicle', '/m/boat'),
    edge('/m/car', '/m/amphi'),
    edge('/m/boat', '/m/amphi'),
    edge('/m/car', '/m/wheel', 'part'),
  ],
  annotations: [
    annotation('a', '/m/car', 'verification', 1),
    annotation('a', '/m/car', 'crowd', 1),
    annotation('a', '/m/tree', 'verification', 1),
    annotation('a', '/m/boat', 'verification', 0),
    annotation('b', '/m/car', 'verification', 1),
    annotation('b', '/m/tree', 'crowd', 1),
    annotation('b', '/m/amphi', 'verification', 1),
    annotation('b', '/m/boat', 'machine', 0.7),
    annotation('d', '/m/tree', 'verification', 1),
    annotation('d', '/m/tree', 'crowd', 0),
    annotation('d', '/m/boat', 'machine', 0.3),
  ],
  embeddings: [
    { image_id: 'a', model_id: 'm3', embedding: [1, 0, 0] },
    { image_id: 'b', model_id: 'm3', embedding: [4, 3, 0] },
    { image_id: 'c', model_id: 'm3', embedding: [0, 0, 2] },
    { image_id: 'a', model_id: 'm2', embedding: [1, 1] },
  ],
  heads: [
    head('flora@r1', 'flora', '2026-03-01T00:00:00Z'),
    head('flora@r2', 'flora', '2026-03-02T00:00:00Z'),
  ],
  splits: [
    { head_id: 'flora@r2', image_id: 'a', split: 'test' },
    { head_id: 'flora@r2', image_id: 'b', split: 'test' },
    { head_id: 'flora@r2', image_id: 'd', split: 'test' },
    { head_id: 'flora@r2', image_id: 'c', split: 'train' },
    { head_id: 'flora@r1', image_id: 'a', split: 'test' },
  ],
  predictions: [
    ...prediction('flora@r2', 'a', ['/m/tree', 0.8], ['/m/amphi', 0.2]),
    ...prediction('flora@r2', 'b', ['/m/tree', 0.9], ['/m/amphi', 0.1]),
    ...prediction('flora@r2', 'd', ['/m/amphi', 0.6], ['/m/tree', 0.4]),
    ...prediction('flora@r2', 'c', ['/m/tree', 0.7], ['/m/amphi', 0.3]),
    ...prediction('flora@r1', 'a', ['/m/amphi', 0.9], ['/m/tree', 0.1]),
  ],
}

export const tinyRuns: readonly RunRecord[] = [
  {
    run_id: 'r1',
    command: 'ingest',
    parameters: { from: 'file:///p' },
    state: 'committed',
    started_at: dayOne,
    ended_at: '2026-03-01T10:00:05Z',
    code_version: '0.1.0',
    engine: 'local',
    host: 'desk',
    pid: 7,
    stages: [
      {
        name: 'inspect',
        version: '1',
        rows_in: 7,
        rows_out: 7,
        rows_resumed: 3,
        seconds: 2,
        workers: 2,
        timeline: [[0, 0]],
      },
    ],
    rows_written: { images: 7 },
    snapshot: 1,
  },
  {
    run_id: 'r2',
    command: 'featurize',
    parameters: {},
    state: 'failed',
    started_at: dayTwo,
    ended_at: null,
    code_version: '0.1.0',
    engine: 'local',
    host: 'desk',
    pid: 8,
    model: { id: 'm3', sha256: 'beef' },
    stages: [],
    rows_written: {},
    snapshot: null,
    error: { code: 'disk_full', message: 'no space left' },
  },
]

/** The tiny hub as a catalog; `end` closes it and removes its files. */
export async function openTinyHub(): Promise<{ catalog: Catalog; end: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'imagehub-test-'))
  const catalog = await openCatalog({ files: await writeTables(folder, tinyRows), runs: tinyRuns })
  const end = async () => {
    await catalog.close()
    await rm(folder, { recursive: true, force: true })
  }
  return { catalog, end }
}

function image(
  image_id: string,
  origin: string,
  verdict: string,
  { at = dayOne, reasons = [], ...rest }: { at?: string; reasons?: string[] } & Record<string, unknown>,
) {
  return { image_id, sha256: `sha-${image_id}`, origin, verdict, reasons, ingested_at: at, ...rest }
}

function edge(parent: string, child: string, relation = 'subcategory') {
  return { parent, child, relation }
}

function annotation(image_id: string, label: string, source: string, confidence: number) {
  return { image_id, label, source, confidence, run_id: 'r1' }
}

function head(head_id: string, name: string, trained_at: string) {
  return { head_id, name, model_id: 'm3', labels: ['/m/tree', '/m/amphi'], trained_at }
}

function prediction(head_id: string, image_id: string, ...ranked: [label: string, probability: number][]) {
  return ranked.map(([label, probability], index) => ({
    head_id,
    image_id,
    label,
    probability,
    rank: index + 1,
  }))
}
