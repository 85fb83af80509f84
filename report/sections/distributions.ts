import * as Plot from '@observablehq/plot'
import { chart } from '../chart.ts'
import { formatBytes, formatNumber } from '../format.ts'
import { type Html, html } from '../html.ts'
import type { Histogram, ReportData } from '../ReportData.ts'
import { verdictScale } from '../verdicts.ts'
import { countByVerdict, verdictLegend } from './legend.ts'
import type { Section } from './Section.ts'

interface Measure {
  readonly title: string
  readonly reads: string
  readonly tick: (value: number) => string
}

const measures: Readonly<Record<Histogram['key'], Measure>> = {
  bytes: { title: 'File size', reads: 'logarithmic', tick: formatBytes },
  sharpness: {
    title: 'Sharpness',
    reads: 'logarithmic: blurred on the left',
    tick: formatNumber,
  },
  brightness: { title: 'Brightness', reads: 'mean of the tones: 0 black, 1 white', tick: formatNumber },
  contrast: {
    title: 'Contrast',
    reads: 'spread of the tones: flat on the left',
    tick: formatNumber,
  },
  entropy: {
    title: 'Entropy',
    reads: 'bits of information in the tones',
    tick: formatNumber,
  },
  colorfulness: { title: 'Colourfulness', reads: 'Hasler-Süsstrunk: gray on the left', tick: formatNumber },
}

/** File sizes and quality scores, stacked by verdict. */
export function distributionsSection({ histograms }: ReportData): Section {
  const title = 'Size and quality'
  const drawn = histograms.filter(({ bins }) => bins.length > 0)
  if (drawn.length === 0) return { title, absent: 'No sizes or quality scores were measured.' }
  return {
    id: 'quality',
    title,
    lead: 'How many images have which value. Verdicts derive from these scores and from thresholds, so the colours show where the thresholds cut.',
    body: html`${verdictLegend(largestCounts(drawn))}<div class="multiples">${drawn.map(histogramFigure)}</div>`,
  }
}

/** Images of each verdict that have a value at all: not every image could be measured in every way. */
function largestCounts(histograms: readonly Histogram[]): Map<string, number> {
  const largest = new Map<string, number>()
  for (const { bins } of histograms)
    for (const [verdict, count] of countByVerdict(bins))
      largest.set(verdict, Math.max(count, largest.get(verdict) ?? 0))
  return largest
}

function histogramFigure(histogram: Histogram): Html {
  const { title, reads } = measures[histogram.key]
  return html`<figure><figcaption><b>${title}</b> <span class="quiet">${reads}</span></figcaption>${chart({
    description: `Histogram of ${title.toLowerCase()} by verdict.`,
    draw: () => drawHistogram(histogram),
    widths: [336, 336],
  })}</figure>`
}

function drawHistogram({ key, scale, bins }: Histogram): Plot.PlotOptions {
  return {
    height: 190,
    marginLeft: 44,
    marginRight: 16,
    x: {
      type: scale,
      label: null,
      ticks: scale === 'log' ? logTicks(bins) : 5,
      tickFormat: measures[key].tick,
      insetLeft: 2,
    },
    y: { label: null, grid: true, ticks: 4, tickFormat: 'd', nice: true },
    color: verdictScale(bins.map(({ verdict }) => verdict)),
    marks: [
      Plot.rectY(bins, Plot.stackY({ x1: 'from', x2: 'to', y: 'count', fill: 'verdict', inset: 0.5 })),
      Plot.ruleY([0], { stroke: 'var(--muted)' }),
    ],
  }
}

/** Powers of ten, with twos and fives between where the range is short. */
function logTicks(bins: Histogram['bins']): number[] {
  const low = Math.log10(Math.min(...bins.map(({ from }) => from)))
  const high = Math.log10(Math.max(...bins.map(({ to }) => to)))
  const factors = high - low > 2.5 ? [1] : [1, 2, 5]
  const ticks: number[] = []
  for (let power = Math.floor(low); power <= high; power++)
    for (const factor of factors) {
      const place = power + Math.log10(factor)
      if (place >= low - 1e-9 && place <= high + 1e-9) ticks.push(factor * 10 ** power)
    }
  return ticks
}
