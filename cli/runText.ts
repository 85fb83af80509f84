import type { RunCost, RunRecord, StageRecord } from '../catalog/RunRecord.ts'
import type { RunState } from '../catalog/runState.ts'
import { duration } from './Terminal.ts'
import { textTable } from './textTable.ts'

export type ListedRun = Omit<RunRecord, 'state'> & { readonly state: RunState }

/** A line for each stage that did something: rows, time and rate. */
export function stageRate({ stages }: Pick<RunRecord, 'stages'>): string[] {
  return stages
    .filter(({ rows_in, rows_resumed }) => rows_in > rows_resumed)
    .map(stage => {
      const { name, rows_in, rows_resumed, seconds, workers } = stage
      const resumed = rows_resumed === 0 ? '' : `, ${rows_resumed} taken over from an interrupted run`
      return `${name}: ${rows_in - rows_resumed} images in ${duration(seconds)}, ${imagesPerSecond(stage).toFixed(1)} images/s with ${workers} ${workers === 1 ? 'worker' : 'workers'}${resumed}`
    })
}

function imagesPerSecond({ rows_in, rows_resumed, seconds }: StageRecord): number {
  return (rows_in - rows_resumed) / Math.max(seconds, 0.001)
}

/** A line for each run, the newest last. */
export function runListText(runs: readonly ListedRun[]): string {
  if (runs.length === 0) return 'no run yet'
  const cost = runs.some(run => run.cost !== undefined)
  return textTable(
    ['run', 'command', 'state', 'took', ...(cost ? ['dollars'] : []), 'snapshot', 'rows written'],
    runs.map(run => [
      run.run_id,
      run.command,
      run.state,
      tookText(run),
      ...(cost ? [run.cost?.dollars.toFixed(2) ?? '–'] : []),
      String(run.snapshot ?? '–'),
      writtenText(run),
    ]),
  )
}

/** All that a record says of one run. */
export function runText(run: ListedRun): string {
  const facts: [string, string][] = [
    ['run', run.run_id],
    ['command', run.command],
    ['state', run.state],
    ['started', run.started_at],
    ['took', tookText(run)],
    ['parameters', JSON.stringify(run.parameters)],
    ['engine', run.engine],
    ['imagehub', run.code_version],
    ['host', `${run.host}, process ${run.pid}`],
    ['snapshot', String(run.snapshot ?? '–')],
    ['rows written', writtenText(run)],
  ]
  if (run.exported !== undefined) facts.push(['file', run.exported.to])
  if (run.model !== undefined) facts.push(['model', `${run.model.id}, sha256 ${run.model.sha256}`])
  if (run.rules_version !== undefined) facts.push(['rules', run.rules_version])
  if (run.cost !== undefined) facts.push(['cost', costText(run.cost)])
  if (run.error !== undefined)
    facts.push([
      'error',
      `${run.error.code}: ${run.error.message}${run.error.hint === undefined ? '' : `\n${' '.repeat(14)}${run.error.hint}`}`,
    ])
  return [...facts.map(([name, value]) => `${name.padEnd(14)}${value}`), ...stageRate(run)].join('\n')
}

function costText({ dollars, dollars_per_thousand, machines, region, prices_date }: RunCost): string {
  const each = dollars_per_thousand === null ? '' : `, ${dollars_per_thousand.toFixed(4)} for 1,000 images`
  const hours = machines.map(
    ({ type, market, count, hours }) =>
      `${count} ${type}${market === 'spot' ? ', spot,' : ''} ${hours.toFixed(2)} hours`,
  )
  return `${dollars.toFixed(2)} dollars${each}: ${hours.join('; ')}; at prices of ${region} of ${prices_date}`
}

function tookText({ started_at, ended_at }: ListedRun): string {
  return ended_at === null ? '–' : duration((Date.parse(ended_at) - Date.parse(started_at)) / 1000)
}

function writtenText({ rows_written, exported }: ListedRun): string {
  if (exported !== undefined) return `${exported.rows} exported`
  const written = Object.entries(rows_written).map(([table, rows]) => `${rows} ${table}`)
  return written.length === 0 ? 'none' : written.join(', ')
}
