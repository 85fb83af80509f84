import * as Plot from '@observablehq/plot'
import { type CalibrationPoint, calibrationCurve } from '../calibrationCurve.ts'
import { chart } from '../chart.ts'
import { formatCountOf, formatPercent } from '../format.ts'
import { html } from '../html.ts'
import type { CalibrationBin, ReportData } from '../ReportData.ts'
import type { Section } from './Section.ts'

/** Whether the probabilities mean what they say. */
export function calibrationSection({ head }: ReportData): Section {
  const title = 'Can the probabilities be trusted?'
  const bins = calibrationCurve(head?.calibration?.bins ?? [])
  if (head === null) return { title, absent: '' }
  if (bins.length === 0) return { title, absent: 'The head has no calibration curve.' }
  const error = head.calibration?.error ?? null
  const total = bins.reduce((sum, { count }) => sum + count, 0)
  return {
    id: 'calibration',
    title,
    lead: html`Of the answers given with 80 % confidence, 80 % should be right. Dots on the diagonal keep that promise, dots above are too modest, dots below too sure. A larger dot stands for more answers; the upright bars are 95 % intervals.`,
    body: html`<div class="split">${chart({
      description: `Calibration curve of ${bins.length} bins: ${bins.map(({ predicted, observed }) => `predicted ${formatPercent(predicted)}, observed ${formatPercent(observed)}`).join('; ')}.`,
      draw: ({ narrow }) => curve(bins, narrow),
      widths: [480, 336],
    })}<div class="aside">${error !== null && html`<p class="count"><b>${formatPercent(error)}</b></p><p>is the expected calibration error: how far probability and truth lie apart, on average over ${formatCountOf(total, 'answer')}.</p>`}${verdictOn(bins)}</div></div>`,
  }
}

function verdictOn(bins: readonly CalibrationBin[]) {
  const total = bins.reduce((sum, { count }) => sum + count, 0)
  const bias =
    bins.reduce((sum, { predicted, observed, count }) => sum + (observed - predicted) * count, 0) / total
  if (Math.abs(bias) < 0.015) return html`<p>On the whole the head is as sure as it is right.</p>`
  const side = bias > 0 ? 'right more often than it claims' : 'less often right than it claims'
  return html`<p>On the whole the head is ${side}, by ${(Math.abs(bias) * 100).toFixed(1)} points.</p>`
}

function curve(bins: readonly CalibrationPoint[], narrow: boolean): Plot.PlotOptions {
  const axis = {
    domain: [0, 1],
    ticks: 5,
    tickFormat: (value: number) => `${Math.round(value * 100)} %`,
    grid: true,
  }
  return {
    height: narrow ? 310 : 400,
    marginLeft: 52,
    marginRight: 20,
    marginTop: 26,
    marginBottom: 44,
    x: { ...axis, label: 'Predicted probability →', labelOffset: 40 },
    y: { ...axis, label: '↑ Came true' },
    r: { type: 'sqrt', range: [3, narrow ? 10 : 14] },
    marks: [
      Plot.link([0], { x1: 0, y1: 0, x2: 1, y2: 1, stroke: 'var(--muted)', strokeDasharray: '4 4' }),
      Plot.ruleX(bins, {
        x: 'predicted',
        y1: 'low',
        y2: 'high',
        stroke: 'var(--accent)',
        strokeOpacity: 0.3,
        strokeWidth: 6,
      }),
      Plot.lineY(bins, { x: 'predicted', y: 'observed', stroke: 'var(--accent)', strokeWidth: 2 }),
      Plot.dot(bins, {
        x: 'predicted',
        y: 'observed',
        r: 'count',
        fill: 'var(--accent)',
        fillOpacity: 0.85,
        stroke: 'var(--surface)',
      }),
    ],
  }
}
