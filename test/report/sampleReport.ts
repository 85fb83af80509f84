import type { RunRecord, StageRecord } from '../../catalog/RunRecord.ts'
import type {
  ClassMetrics,
  Estimate,
  Histogram,
  Picture,
  ReportData,
  ResolutionPoint,
  Thumbnail,
} from '../../report/ReportData.ts'

/** What a report of 412 flower photos looks like: made up, seeded, every section filled. */
export function sampleReport(options: {
  readonly thumbnail: (className: string | null, index: number) => Thumbnail
}): ReportData {
  const random = mulberry32(7)
  let taken = 0
  const picture = (className: string | null, name: string, note: string | null): Picture => ({
    origin: `file:///photos/${className ?? 'odd'}/${name}`,
    imageId: (0x9e3779b97f4a7c15n + BigInt(taken) * 0x1234567n).toString(16).slice(-16),
    thumbnail: options.thumbnail(className, taken++),
    note,
  })
  const confusion = [
    [15, 1, 0, 0, 0],
    [0, 14, 0, 2, 0],
    [1, 0, 13, 0, 2],
    [0, 0, 0, 16, 0],
    [0, 0, 2, 0, 14],
  ]
  return {
    hub: './demo-hub',
    generatedAt: '2026-11-21T10:15:00.000Z',
    codeVersion: '0.1.0',
    images: {
      total: 412,
      distinct: 408,
      bytes: 25_600_000,
      verdicts: [
        { verdict: 'accepted', count: 389 },
        { verdict: 'quarantined', count: 9 },
        { verdict: 'rejected', count: 13 },
        { verdict: 'failed', count: 1 },
      ],
      rulesVersions: ['1'],
    },
    contactSheet: Array.from({ length: 24 }, (_, index) => {
      const name = classNames[index % classNames.length] ?? ''
      return picture(name, `${index}.jpg`, name)
    }),
    reasons: [
      {
        verdict: 'quarantined',
        reason: 'blurred',
        count: 7,
        examples: [1, 2, 3, 4, 5, 6].map(index => picture('tulips', `IMG_${4400 + index}.jpg`, null)),
      },
      {
        verdict: 'rejected',
        reason: 'truncated',
        count: 6,
        examples: [1, 2, 3].map(index =>
          picture('roses', `upload-part-${index}.jpg`, 'premature end of JPEG image'),
        ),
      },
      {
        verdict: 'rejected',
        reason: 'not_an_image',
        count: 5,
        examples: ['index.html.jpg', 'notes.jpg', 'blank.png'].map((name, index) => ({
          ...picture(null, name, 'the first bytes are <!doctype html>'),
          thumbnail: {
            kind: 'placeholder' as const,
            because: ['a web page', 'plain text', 'no bytes'][index] ?? '',
          },
        })),
      },
      {
        verdict: 'quarantined',
        reason: 'too_dark',
        count: 2,
        examples: [1, 2].map(index => picture('daisy', `night${index}.jpg`, null)),
      },
      {
        verdict: 'failed',
        reason: 'unreadable',
        count: 1,
        examples: [
          {
            ...picture(null, 'locked.jpg', 'EACCES: permission denied'),
            thumbnail: { kind: 'placeholder', because: 'the file cannot be read' },
          },
        ],
      },
    ],
    classes: {
      total: 5,
      unlabelled: 3,
      shown: classNames.map((displayName, index) => ({
        label: displayName,
        displayName,
        positives: 80 - index * 3,
        negatives: 0,
        machine: 0,
        examples: [1, 2, 3, 4].map(number =>
          picture(displayName, `${displayName}-${number}.jpg`, displayName),
        ),
      })),
    },
    resolutions: sampleResolutions(random),
    histograms: sampleHistograms(random),
    models: [
      {
        modelId: 'inception_2015_mixed8_1280',
        sha256: '3f'.repeat(32),
        images: 389,
        dimensions: 1280,
      },
    ],
    head: {
      headId: 'flowers@01JD6Z3K8Q',
      name: 'flowers',
      kind: 'multinomial',
      modelId: 'inception_2015_mixed8_1280',
      modelSha256: '3f'.repeat(32),
      regParam: 0.05,
      elasticNetParam: 0,
      seed: 1,
      trainImages: 309,
      testImages: 80,
      objective: 0.2871934,
      accuracy: { value: 0.9, low: 0.825, high: 0.9625 },
      confidenceLevel: 0.95,
      overall: [
        { name: 'Macro F1', isShare: true, value: 0.899, low: 0.822, high: 0.961 },
        { name: 'Macro AUC', isShare: false, value: 0.988, low: 0.974, high: 0.997 },
        { name: 'Log-loss', isShare: false, value: 0.341, low: 0.262, high: 0.433 },
      ],
      perClass: classNames.map((displayName, index) => samplePerClass(displayName, index, confusion)),
      confusion: { displayNames: classNames, counts: confusion, totals: [16, 16, 16, 16, 16], omitted: 0 },
      calibration: {
        error: 0.0955,
        bins: [0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95].map((predicted, index) => ({
          predicted,
          observed: [0.33, 0.6, 0.71, 0.75, 0.9, 0.95, 1][index] ?? 1,
          count: [3, 5, 7, 8, 10, 21, 26][index] ?? 0,
        })),
      },
      mistakeCount: 8,
      mistakes: Array.from({ length: 8 }, (_, index) => {
        const truth = classNames[(index * 2) % 5] ?? ''
        return {
          picture: picture(truth, `${3000 + index}_m.jpg`, truth),
          truth,
          predicted: classNames[(index * 2 + 3) % 5] ?? '',
          probability: 0.91 - index * 0.067,
        }
      }),
    },
    failures: {
      total: 2,
      shown: [
        {
          stage: 'inspect',
          code: 'unreadable',
          message: 'EACCES: permission denied, open locked.jpg',
          origin: 'file:///photos/odd/locked.jpg',
          imageId: null,
          runId: '01JD6YV5QH',
        },
        {
          stage: 'featurize',
          code: 'decode_timeout',
          message: 'decoding took longer than 20 s',
          origin: 'file:///photos/roses/slow.jpg',
          imageId: '00aa11bb22cc33dd',
          runId: '01JD6YX2MA',
        },
      ],
    },
    runs: sampleRuns(random),
  }
}

const classNames = ['daisy', 'dandelion', 'roses', 'sunflowers', 'tulips']

function samplePerClass(
  displayName: string,
  index: number,
  confusion: readonly (readonly number[])[],
): ClassMetrics {
  const right = confusion[index]?.[index] ?? 0
  const support = confusion[index]?.reduce((sum, count) => sum + count, 0) ?? 0
  const called = confusion.reduce((sum, row) => sum + (row[index] ?? 0), 0)
  const around = (value: number): Estimate => ({
    value,
    low: Math.max(0, value - 0.22 * Math.sqrt(1.1 - value)),
    high: Math.min(1, value + 0.18 * Math.sqrt(1.1 - value)),
  })
  return {
    label: displayName,
    displayName,
    support,
    precision: around(right / called),
    recall: around(right / support),
    f1: around((2 * right) / (called + support)),
  }
}

function sampleResolutions(random: () => number): ReportData['resolutions'] {
  const points: ResolutionPoint[] = [
    { width: 320, height: 240, verdict: 'accepted', count: 120 },
    { width: 320, height: 213, verdict: 'accepted', count: 74 },
    { width: 240, height: 320, verdict: 'accepted', count: 31 },
    { width: 500, height: 333, verdict: 'accepted', count: 48 },
  ]
  for (let index = 0; index < 110; index++) {
    const width = Math.round(180 + 420 * random() ** 2)
    points.push({ width, height: Math.round(width * (0.6 + 0.6 * random())), verdict: 'accepted', count: 1 })
  }
  for (let index = 0; index < 9; index++)
    points.push({ width: 220 + index * 31, height: 190 + index * 17, verdict: 'quarantined', count: 1 })
  for (let index = 0; index < 8; index++)
    points.push({ width: 8 + index * 9, height: 8 + index * 7, verdict: 'rejected', count: 1 })
  points.push({ width: 12000, height: 9000, verdict: 'rejected', count: 1 })
  const images = points.reduce((sum, { count }) => sum + count, 0)
  return { points, images, shown: images }
}

function sampleHistograms(random: () => number): Histogram[] {
  const bell = (count: number, from: (index: number) => number, center: number, spread: number) =>
    Array.from({ length: count }, (_, index) => {
      const height = Math.round(60 * Math.exp(-(((index - center) / spread) ** 2)) * (0.8 + 0.4 * random()))
      const place = { from: from(index), to: from(index + 1) }
      const low = index < center - spread * 1.2
      return [
        { ...place, verdict: 'accepted', count: low ? 0 : height },
        { ...place, verdict: 'quarantined', count: low ? height : 0 },
      ].filter(bin => bin.count > 0)
    }).flat()
  return [
    { key: 'bytes', scale: 'log', bins: bell(24, index => 10 ** (3 + index / 8), 13, 3) },
    { key: 'sharpness', scale: 'log', bins: bell(24, index => 10 ** (-5 + index / 6), 15, 4) },
    { key: 'brightness', scale: 'linear', bins: bell(20, index => index / 20, 9, 4) },
    { key: 'contrast', scale: 'linear', bins: bell(20, index => index / 40, 10, 4) },
    { key: 'entropy', scale: 'linear', bins: bell(16, index => index / 2, 14, 2.5) },
    { key: 'colorfulness', scale: 'linear', bins: bell(20, index => index * 6, 9, 4) },
  ]
}

function sampleRuns(random: () => number): RunRecord[] {
  const stage = (name: string, rows: number, rate: number, workers: number): StageRecord => {
    const timeline: [number, number][] = [[0, 0]]
    let done = 0
    let seconds = 0
    while (done < rows) {
      done = Math.min(rows, done + 8)
      seconds += (8 / rate) * (0.75 + 0.5 * random()) + (timeline.length === 1 ? 3 / rate : 0)
      timeline.push([seconds, done])
    }
    return { name, version: '1', rows_in: rows, rows_out: rows, rows_resumed: 0, seconds, workers, timeline }
  }
  const run = (
    position: number,
    record: Pick<RunRecord, 'run_id' | 'command' | 'parameters' | 'stages' | 'rows_written'>,
  ): RunRecord => {
    const start = Date.parse('2026-11-21T10:10:00Z') + position * 60_000
    const seconds = record.stages.reduce((sum, stage) => sum + stage.seconds, 1.4)
    return {
      ...record,
      state: 'committed',
      started_at: new Date(start).toISOString(),
      ended_at: new Date(start + seconds * 1000).toISOString(),
      code_version: '0.1.0',
      engine: 'local',
      host: 'laptop',
      pid: 4711 + position,
      snapshot: position + 1,
    }
  }
  return [
    run(0, {
      run_id: '01JD6YV5QH',
      command: 'ingest',
      parameters: {
        source: { kind: 'folder', uri: '/photos/flower photos' },
        labels: { kind: 'folder' },
        rules: 'quality-1',
      },
      stages: [stage('inspections', 412, 118, 2)],
      rows_written: { manifest: 412, images: 412, quality: 398, annotations: 389, classes: 5, failures: 1 },
    }),
    run(1, {
      run_id: '01JD6YX2MA',
      command: 'featurize',
      parameters: { model: 'inception_2015_mixed8_1280' },
      stages: [stage('featurized', 389, 29, 2)],
      rows_written: { embeddings: 388, failures: 1 },
    }),
    run(2, {
      run_id: '01JD6Z3K8Q',
      command: 'train',
      parameters: { name: 'flowers', modelId: 'inception_2015_mixed8_1280', regParams: [0.05], seed: 1 },
      stages: [],
      rows_written: { heads: 1, splits: 388 },
    }),
    run(3, {
      run_id: '01JD6Z5W0T',
      command: 'predict',
      parameters: { head: 'flowers' },
      stages: [],
      rows_written: { predictions: 1940 },
    }),
  ]
}

/** A small seeded generator (Mulberry32), 0 to 1. */
function mulberry32(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
