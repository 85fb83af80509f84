import * as Plot from '@observablehq/plot'
import { chart } from '../chart.ts'
import { formatCount, formatEstimate } from '../format.ts'
import { foreignText, type Html, html, oneLine } from '../html.ts'
import type { ClassMetrics, Estimate, ReportData } from '../ReportData.ts'
import type { Section } from './Section.ts'
import { scrollable } from './scrollable.ts'

const measures = [
  { key: 'precision', name: 'Precision' },
  { key: 'recall', name: 'Recall' },
  { key: 'f1', name: 'F1' },
] as const

/** Classes drawn at most: the weakest are kept, the table below the chart has them all. */
const maximumDrawn = 30

/** Precision, recall and F1 of each class with their intervals. */
export function perClassSection({ head }: ReportData): Section {
  const title = 'Class by class'
  if (head === null) return { title, absent: '' }
  if (head.perClass.length === 0) return { title, absent: 'The head has no metrics by class.' }
  const ordered = head.perClass.toSorted((a, b) => (b.f1?.value ?? -1) - (a.f1?.value ?? -1))
  const drawn = ordered.slice(-maximumDrawn)
  return {
    id: 'per-class',
    title,
    lead: html`Precision: of the images called so, the share that are. Recall: of the images that are, the share called so. F1: their harmonic mean. Bars are the intervals; few images make them long.${drawn.length < ordered.length && html` The chart shows the ${formatCount(drawn.length)} classes with the lowest F1.`}`,
    body: html`${chart({
      description: `Precision, recall and F1 of ${drawn.length} classes with intervals; the same figures are in the table below.`,
      draw: ({ narrow }) => intervals(drawn, narrow),
      widths: [940, 336],
    })}<details><summary>The same as a table</summary>${metricsTable(ordered)}</details>`,
  }
}

interface Mark {
  readonly name: string
  readonly measure: string
  readonly value: number
  readonly low: number | null
  readonly high: number | null
}

function intervals(classes: readonly ClassMetrics[], narrow: boolean): Plot.PlotOptions {
  // Two classes may share a name: the axis goes by position and is labelled afterwards.
  const names = classes.map(({ displayName }) => oneLine(displayName, narrow ? 12 : 22))
  const marks = classes.flatMap((row, index) =>
    measures.flatMap(({ key, name }): Mark[] => {
      const estimate = row[key]
      return estimate === null ? [] : [{ name: String(index), measure: name, ...estimate }]
    }),
  )
  const withInterval = marks.filter(({ low, high }) => low !== null && high !== null)
  const lowest = Math.min(...marks.map(({ low, value }) => low ?? value))
  const low = Math.max(0, Math.floor(lowest * 10 - 0.5) / 10)
  // No tick at the left end: it would run into the 100 of the panel before it.
  const ticks = Array.from({ length: 10 }, (_, index) => (index + 1) / 10).filter(
    (tick, index) => tick > low + 0.05 && (index % 2 === 1 || !(narrow || low < 0.5)),
  )
  const longest = Math.max(...names.map(name => name.length))
  return {
    height: 46 + classes.length * 26,
    marginLeft: Math.min(narrow ? 88 : 170, 16 + longest * 7.2),
    marginRight: 14,
    marginTop: 30,
    fx: { domain: measures.map(({ name }) => name), label: null, padding: narrow ? 0.16 : 0.14 },
    x: {
      domain: [low, 1],
      label: null,
      tickFormat: (value: number) => `${Math.round(value * 100)}${narrow ? '' : ' %'}`,
      ticks,
      grid: true,
    },
    y: {
      domain: classes.map((_, index) => String(index)),
      label: null,
      tickFormat: (index: string) => names[Number(index)] ?? '',
      tickSize: 0,
      padding: 0.2,
    },
    marks: [
      Plot.link(withInterval, {
        fx: 'measure',
        x1: 'low',
        x2: 'high',
        y1: 'name',
        y2: 'name',
        stroke: 'var(--accent)',
        strokeOpacity: 0.3,
        strokeWidth: 8,
      }),
      Plot.dot(marks, {
        fx: 'measure',
        x: 'value',
        y: 'name',
        r: 4.5,
        fill: 'var(--accent)',
        stroke: 'var(--surface)',
        strokeWidth: 1.5,
      }),
    ],
  }
}

function metricsTable(classes: readonly ClassMetrics[]): Html {
  const show = (estimate: Estimate | null) => (estimate === null ? '–' : formatEstimate(estimate))
  return html`${scrollable(
    'Precision, recall and F1 by class',
    html`<table>
<caption class="hidden">Precision, recall and F1 by class</caption>
<thead><tr><th scope="col">Class</th><th scope="col" class="number">Held-out images</th>${measures.map(({ name }) => html`<th scope="col" class="number">${name}</th>`)}</tr></thead>
<tbody>${classes.map(
      row =>
        html`<tr><th scope="row">${foreignText(row.displayName, 60)}</th><td class="number">${formatCount(row.support)}</td>${measures.map(({ key }) => html`<td class="number">${show(row[key])}</td>`)}</tr>`,
    )}</tbody></table>`,
  )}`
}
