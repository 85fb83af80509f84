import * as Plot from '@observablehq/plot'
import { chart } from '../chart.ts'
import { formatCountOf, formatDuration, formatNumber } from '../format.ts'
import { foreignText, type Html, html } from '../html.ts'
import type { ReportData } from '../ReportData.ts'
import { type StageRate, stageRates } from '../stageRates.ts'
import type { Section } from './Section.ts'

/** Images a second over the time of each stage's newest run. */
export function throughputSection({ runs }: ReportData): Section {
  const title = 'Rate over time'
  const drawn = stageRates(runs).filter(({ series }) => series.length > 0)
  if (drawn.length === 0) return { title, absent: 'No stage ran long enough to draw its rate over time.' }
  return {
    id: 'rate',
    title,
    lead: 'Images a second while each stage worked, in its newest run. The dashed line is the mean.',
    body: html`<div class="multiples broad">${drawn.map(rateFigure)}</div>`,
  }
}

function rateFigure(rate: StageRate): Html {
  const { stage, imagesPerSecond, rows, seconds, workers } = rate
  return html`<figure><figcaption><b>${foreignText(stage, 40)}</b> <span class="quiet">${formatNumber(imagesPerSecond)} images a second: ${formatCountOf(rows, 'image')} in ${formatDuration(seconds)}, ${formatCountOf(workers, 'worker')}</span></figcaption>${chart(
    {
      description: `Line chart of images a second over ${formatDuration(seconds)} of ${stage}, mean ${formatNumber(imagesPerSecond)}.`,
      draw: () => drawRate(rate),
      widths: [460, 336],
    },
  )}</figure>`
}

function drawRate({ series, imagesPerSecond }: StageRate): Plot.PlotOptions {
  return {
    height: 200,
    marginLeft: 44,
    marginRight: 16,
    marginBottom: 42,
    x: { label: 'Seconds →', labelOffset: 38, ticks: 5 },
    y: { label: null, grid: true, ticks: 4, zero: true, nice: true },
    marks: [
      Plot.areaY(series, {
        x: 'seconds',
        y: 'imagesPerSecond',
        fill: 'var(--accent)',
        fillOpacity: 0.15,
        curve: 'monotone-x',
      }),
      Plot.lineY(series, {
        x: 'seconds',
        y: 'imagesPerSecond',
        stroke: 'var(--accent)',
        strokeWidth: 2,
        curve: 'monotone-x',
      }),
      Plot.ruleY([imagesPerSecond], { stroke: 'var(--ink)', strokeDasharray: '4 4' }),
      Plot.ruleY([0], { stroke: 'var(--muted)' }),
    ],
  }
}
