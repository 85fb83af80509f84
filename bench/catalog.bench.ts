import { execFile } from 'node:child_process'
import { availableParallelism, cpus, homedir, loadavg } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { version } from '@duckdb/node-api'
import type { Catalog } from '../catalog/Catalog.ts'
import { formatTable } from '../catalog/formatRows.ts'
import { openCatalog } from '../catalog/openCatalog.ts'
import {
  getNamedQuery,
  listNamedQueries,
  type NamedQuery,
  type ParameterValue,
  queryParameters,
} from '../sql/namedQueries.ts'
import { catalogData, sizes } from './catalogData.ts'

// Method: a generated catalog (bench/catalogData.ts), written by the product's own Parquet writer, queried with the
// product's defaults. Each query runs in a process of its own, three times: `first` includes reading the Parquet for the
// first time in that process, `median` is over the three. Memory is the peak resident set of that process, Node included.
// CPU seconds tell what a busy machine's wall clock hides.

const limits = { seconds: 2, megabytes: 1000 }
const folder = join(process.env.IMAGEHUB_CACHE ?? join(homedir(), '.cache/imagehub'), 'bench-catalog-1')

interface Measurement {
  readonly rows: number
  readonly seconds: readonly number[]
  readonly cpuSeconds: number
  readonly megabytes: number
}

const [, , child, name = ''] = process.argv
if (child === '--query') console.log(JSON.stringify(await measure(name)))
else await report()

async function measure(name: string): Promise<Measurement> {
  const catalog = await openCatalog({ files: await catalogData(folder) })
  const query = getNamedQuery(name)
  const asked = queryParameters(query, {
    // Every labelled image is for exports, which hold no rows: here, one class.
    ...((takes(query, 'label') || query.name === 'labelled_images') && {
      label: query.name === 'class_breakdown' ? '/m/00000' : '/m/00003',
    }),
    ...(takes(query, 'model_id') && { model_id: 'inception' }),
    ...(takes(query, 'head') && { head: 'flora' }),
    ...(takes(query, 'image_id') && { image_id: await anImage(catalog) }),
  })
  const seconds: number[] = []
  let rows = 0
  const before = process.cpuUsage()
  for (let turn = 0; turn < 3; turn++) {
    const start = performance.now()
    rows = (await catalog.query(query.sql, asked)).rows.length
    seconds.push((performance.now() - start) / 1000)
  }
  const { user, system } = process.cpuUsage(before)
  await catalog.close()
  const megabytes = (process.resourceUsage().maxRSS * 1024) / 1e6
  return { rows, seconds, cpuSeconds: (user + system) / 3e6, megabytes }
}

function takes({ parameters }: NamedQuery, name: string): boolean {
  return parameters.some(parameter => parameter.name === name && parameter.default === undefined)
}

async function anImage(catalog: Catalog): Promise<ParameterValue> {
  const { rows } = await catalog.query('SELECT min(image_id) AS image_id FROM embeddings')
  return String(rows[0]?.image_id)
}

async function report(): Promise<void> {
  console.log(`catalog: ${JSON.stringify(sizes)}`)
  await catalogData(folder)
  console.log(
    `${cpus()[0]?.model}, ${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(2)}, Node ${process.version}, DuckDB ${version()}`,
  )
  const rows = []
  for (const { name } of listNamedQueries()) {
    const { stdout } = await promisify(execFile)(process.execPath, [import.meta.filename, '--query', name])
    const { seconds, cpuSeconds, megabytes, rows: count } = JSON.parse(stdout) as Measurement
    const [first = 0] = seconds
    const median = seconds.toSorted((a, b) => a - b)[1] ?? 0
    rows.push({
      query: name,
      rows: count,
      'first s': Number(first.toFixed(2)),
      'median s': Number(median.toFixed(2)),
      'cpu s': Number(cpuSeconds.toFixed(2)),
      'peak MB': Math.round(megabytes),
      'within limits': first <= limits.seconds && megabytes <= limits.megabytes,
    })
  }
  const columns = Object.keys(rows[0] ?? {}).map(column => ({ name: column, type: '' }))
  console.log(formatTable({ columns, rows, truncated: false }))
  const over = rows.filter(row => !row['within limits'])
  console.log(
    `limits: ${limits.seconds} s and ${limits.megabytes} MB; over them: ${over.map(({ query }) => query).join(', ') || 'none'}`,
  )
}
