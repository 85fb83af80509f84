import * as Plot from '@observablehq/plot'
import { chart } from '../chart.ts'
import { formatCount, formatCountOf } from '../format.ts'
import { html } from '../html.ts'
import type { ReportData, ResolutionPoint } from '../ReportData.ts'
import { compareVerdicts, verdictScale } from '../verdicts.ts'
import { countByVerdict, verdictLegend } from './legend.ts'
import type { Section } from './Section.ts'

/** Width against height of every image, coloured by its verdict. */
export function resolutionsSection({ resolutions }: ReportData): Section {
  const title = 'Resolution'
  const { points, images, shown } = resolutions
  if (points.length === 0) return { title, absent: 'No image has known dimensions.' }
  const counts = countByVerdict(points)
  return {
    id: 'resolution',
    title,
    lead: html`Width and height of ${formatCountOf(images, 'image')} whose dimensions could be read, both on a logarithmic scale. A larger dot stands for more images of that very size.${shown < images && html` The drawing shows a sample that stands for ${formatCount(shown)} of them.`}`,
    body: html`${verdictLegend(counts)}${chart({
      description: `Scatter plot of image height against width, coloured by verdict: ${[...counts].map(([verdict, count]) => `${verdict} ${count}`).join(', ')}.`,
      draw: ({ width, narrow }) => scatter(points, width, narrow),
      widths: [940, 336],
    })}`,
  }
}

/** Width to height. */
const aspectRatios = [
  { name: '16:9', ratio: 16 / 9 },
  { name: '1:1', ratio: 1 },
  { name: '9:16', ratio: 9 / 16 },
] as const

function scatter(points: readonly ResolutionPoint[], width: number, narrow: boolean): Plot.PlotOptions {
  const domain = (values: readonly number[]): [number, number] => {
    const low = Math.min(...values)
    const high = Math.max(...values)
    return [Math.max(0.8, low / 1.25), Math.max(high * 1.25, low * 2)]
  }
  const x = domain(points.map(point => point.width))
  const y = domain(points.map(point => point.height))
  // Each line runs from where it enters the drawing to where it leaves it.
  const lines = aspectRatios.slice(narrow ? 1 : 0, narrow ? 2 : 3).flatMap(({ name, ratio }) => {
    const from = Math.max(x[0], y[0] * ratio)
    const to = Math.min(x[1], y[1] * ratio)
    return from < to ? [{ name, x1: from, y1: from / ratio, x2: to, y2: to / ratio }] : []
  })
  // Rare verdicts are drawn last, on top.
  const drawn = points.toSorted((a, b) => compareVerdicts(a.verdict, b.verdict) || b.count - a.count)
  return {
    height: narrow ? 320 : Math.round(width * 0.5),
    marginLeft: 52,
    marginRight: 28,
    marginTop: 24,
    marginBottom: 44,
    x: {
      type: 'log',
      base: 2,
      domain: x,
      label: 'Width (pixels) →',
      labelOffset: 40,
      tickFormat: plainTick,
      ticks: narrow ? 4 : 8,
      grid: true,
    },
    y: {
      type: 'log',
      base: 2,
      domain: y,
      label: '↑ Height (pixels)',
      tickFormat: plainTick,
      ticks: 6,
      grid: true,
    },
    r: { type: 'sqrt', range: [2.5, narrow ? 9 : 13] },
    color: verdictScale(points.map(({ verdict }) => verdict)),
    marks: [
      Plot.link(lines, {
        x1: 'x1',
        y1: 'y1',
        x2: 'x2',
        y2: 'y2',
        stroke: 'var(--muted)',
        strokeDasharray: '2 4',
      }),
      Plot.text(lines, { x: 'x2', y: 'y2', text: 'name', fill: 'var(--muted)', dy: -8, dx: 4 }),
      Plot.dot(drawn, {
        x: 'width',
        y: 'height',
        r: 'count',
        fill: 'verdict',
        fillOpacity: 0.55,
        stroke: 'verdict',
        strokeWidth: 0.75,
      }),
    ],
  }
}

function plainTick(value: number): string {
  return Number.isInteger(value) ? formatCount(value) : ''
}
