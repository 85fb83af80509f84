import {
  ingestRun,
  machineRate,
  type Precision,
  type ScaleRunOptions,
  scaleRun,
  storageUse,
} from '../../emr/cost/planScale.ts'
import { type ScaleNumbers, scaleInputs, scaleNumbers } from '../../emr/cost/scaleInputs.ts'
import type { InstanceType } from '../../jobs/define/instanceTypes.ts'

const { boxes, labels } = scaleNumbers
const sets = [boxes, labels]

/** The tables of docs/scale.md, by the names of their sections. */
export const scaleTables = (): Record<string, string> => ({
  inputs: inputsTable(),
  machines: machinesTable(),
  clusters: clustersTable(),
  ingest: ingestTable(),
  storage: storageTable(),
  changes: changesTable(),
})

function inputsTable(): string {
  return table(
    ['what', 'figure', 'known how', 'from'],
    Object.values(scaleInputs).map(({ what, value, unit, mark, source }) => [
      what,
      `${figure(value)} ${unit}`.trim(),
      mark === 'assumed' ? '**assumed**' : mark,
      source,
    ]),
  )
}

function machinesTable(): string {
  const rows: [type: InstanceType, precision: Precision][] = [
    ['g5.xlarge', 'single'],
    ['g5.2xlarge', 'single'],
    ['g5.2xlarge', 'half'],
    ['g5.4xlarge', 'half'],
    ['g6.2xlarge', 'single'],
    ['g4dn.2xlarge', 'single'],
    ['m6i.4xlarge', 'single'],
  ]
  return table(
    [
      'machine',
      'its GPU, photos/s',
      'its vCPUs decode',
      'so it does',
      'dollars an hour, spot',
      'dollars for a million photos',
    ],
    rows.map(([type, precision]) => {
      const { gpus, decode, photos, hourly, dollarsPerMillion } = machineRate(type, scaleNumbers, precision)
      return [
        precision === 'half' ? `${type}, half precision` : type,
        gpus === null ? '–' : count(gpus),
        count(decode),
        count(photos),
        hourly.toFixed(3),
        dollarsPerMillion.toFixed(2),
      ]
    }),
  )
}

/** The clusters that the plan compares. */
const clusters: (Pick<ScaleRunOptions, 'type' | 'count'> & {
  readonly rate?: number
  readonly note?: string
})[] = [
  { type: 'g5.2xlarge', count: 4 },
  { type: 'g5.2xlarge', count: 12 },
  {
    type: 'g5.2xlarge',
    count: 12,
    rate: scaleNumbers.sparkRate,
    note: ' at the rate that others had on Spark',
  },
  { type: 'm6i.4xlarge', count: 16 },
  { type: 'm6i.4xlarge', count: 48 },
]

function clustersTable(): string {
  return runsTable(({ note = '', ...cluster }, photos) => ({
    name: `${cluster.count} × ${cluster.type}${note}`,
    run: scaleRun({ ...cluster, photos }),
  }))
}

function runsTable(
  runOf: (
    cluster: (typeof clusters)[number],
    photos: number,
  ) => { readonly name: string; readonly run: ReturnType<typeof scaleRun> },
  of = clusters,
): string {
  return table(
    [
      'workers',
      'photos/s',
      ...sets.flatMap(photos => [`${millions(photos)}: hours`, 'dollars', 'for 1,000']),
    ],
    of.map(cluster => {
      const { name, run } = runOf(cluster, boxes)
      const cells = sets.flatMap(photos => {
        const { hours, dollars, dollarsPerThousand } = runOf(cluster, photos).run
        return [hours.toFixed(2), dollars.toFixed(2), dollarsPerThousand.toFixed(4)]
      })
      return [name, count(run.imagesPerSecond), ...cells]
    }),
  )
}

function ingestTable(): string {
  return runsTable(
    (cluster, photos) => ({
      name: `${cluster.count} × ${cluster.type}`,
      run: ingestRun({ ...cluster, photos }),
    }),
    [
      { type: 'm6i.4xlarge', count: 4 },
      { type: 'm6i.4xlarge', count: 6 },
    ],
  )
}

/** Tasks at once of the larger GPU cluster. */
const slots = 12 * 8

function storageTable(): string {
  const uses = sets.map(photos => storageUse(photos, slots))
  const rows: [what: string, value: (use: (typeof uses)[number]) => string][] = [
    ['photos, GB, each read twice', use => count(use.photoGigabytes)],
    ['embeddings, GB', use => use.embeddingGigabytes.toFixed(1)],
    ['LIST', use => count(use.requests.list)],
    ['GET of photos', use => count(use.requests.get)],
    ['requests of finished parts', use => count(use.requests.parts)],
    ['parts of multipart uploads', use => count(use.requests.uploads)],
    ['dollars of these requests', use => use.requestDollars.toFixed(2)],
    ['dollars a month to keep the embeddings', use => use.keepEmbeddings.toFixed(2)],
    ['dollars a month to keep the photos', use => use.keepPhotos.toFixed(2)],
    ['dollars to read them out of another region', use => use.otherRegion.toFixed(2)],
  ]
  return table(
    ['', ...sets.map(millions)],
    rows.map(([what, value]) => [what, ...uses.map(value)]),
  )
}

/** What is assumed, halved and doubled, one at a time. */
function changesTable(): string {
  const gpu = (numbers: ScaleNumbers) => scaleRun({ type: 'g5.2xlarge', count: 12, photos: labels, numbers })
  const cpu = (numbers: ScaleNumbers) => scaleRun({ type: 'm6i.4xlarge', count: 48, photos: labels, numbers })
  const rows: [what: string, name: keyof ScaleNumbers, run: typeof gpu][] = [
    ['the rate of a GPU', 'gpuShare', gpu],
    ["a vCPU's share of a core, on the GPU cluster", 'vcpuShare', gpu],
    ['the rate of a vCPU, on the CPU cluster', 'cpuRate', cpu],
    ['the time to start', 'startMinutes', gpu],
    ['the price of spot machines', 'spotShare', gpu],
  ]
  const cell = (run: typeof gpu, name: keyof ScaleNumbers, factor: number) => {
    const { hours, dollars } = run({ ...scaleNumbers, [name]: scaleNumbers[name] * factor })
    return `${hours.toFixed(2)} h, ${dollars.toFixed(2)}`
  }
  return table(
    ['what is other than planned', 'half of it', 'as planned', 'twice'],
    rows.map(([what, name, run]) => [what, ...[0.5, 1, 2].map(factor => cell(run, name, factor))]),
  )
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`
  return `${line(header)}|${'---|'.repeat(header.length)}\n${rows.map(line).join('')}`
}

const count = (value: number) => Math.round(value).toLocaleString('en-US')
const millions = (photos: number) => `${(photos / 1e6).toFixed(2)} million`
const figure = (value: number) =>
  value >= 1e4 ? count(value) : String(Number(value.toPrecision(value >= 1000 ? 6 : 4)))
