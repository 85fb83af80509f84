import type { RunRecord } from '../../catalog/RunRecord.ts'
import { formatCount, formatDuration, formatInstant } from '../format.ts'
import { foreignText, type Html, html } from '../html.ts'
import type { ReportData } from '../ReportData.ts'
import type { Section } from './Section.ts'
import { scrollable } from './scrollable.ts'

const maximumRuns = 40

/** Every run of the hub, newest first. */
export function runsSection({ runs }: ReportData): Section {
  const title = 'Runs'
  if (runs.length === 0) return { title, absent: 'This hub has seen no run.' }
  const shown = runs.toReversed().slice(0, maximumRuns)
  return {
    id: 'runs',
    title,
    lead: html`What was done to this hub, newest first.${shown.length < runs.length && html` The newest ${formatCount(shown.length)} of ${formatCount(runs.length)} runs.`}`,
    body: html`${scrollable(
      'Runs of this hub, newest first',
      html`<table>
<caption class="hidden">Runs of this hub, newest first</caption>
<thead><tr><th scope="col">Run</th><th scope="col">State</th><th scope="col">Started</th><th scope="col" class="number">Took</th><th scope="col">Rows written</th><th scope="col" class="number">Snapshot</th></tr></thead>
<tbody>${shown.map(runRow)}</tbody></table>`,
    )}`,
  }
}

const stateColors: Readonly<Record<string, string>> = {
  committed: 'var(--accepted)',
  running: 'var(--quarantined)',
  failed: 'var(--rejected)',
}

function runRow(run: RunRecord): Html {
  const { run_id, command, state, started_at, ended_at, rows_written, snapshot, error } = run
  const seconds = ended_at === null ? Number.NaN : (Date.parse(ended_at) - Date.parse(started_at)) / 1000
  const written = Object.entries(rows_written).filter(([, count]) => count > 0)
  return html`<tr><th scope="row">${foreignText(command, 20)}<br><code>${foreignText(run_id, 40)}</code></th>
<td><span class="chip" style="--chip:${stateColors[state] ?? 'var(--muted)'}">${foreignText(state, 20)}</span>${error && html`<br><span class="quiet">${foreignText(error.message, 200)}</span>`}</td>
<td class="nowrap">${formatInstant(started_at)}</td><td class="number">${Number.isFinite(seconds) ? formatDuration(seconds) : '–'}</td>
<td class="prose">${written.length === 0 ? '–' : written.map(([table, count], index) => html`${index > 0 && ', '}${foreignText(table, 30)} <b>${formatCount(count)}</b>`)}</td><td class="number">${snapshot ?? '–'}</td></tr>`
}
