import * as Plot from '@observablehq/plot'
import { parseHTML } from 'linkedom'
import { Html, html, visibleText } from './html.ts'

export interface ChartOptions {
  /** What the chart shows, in a sentence, for people who do not see it. */
  readonly description: string
  /** Draws the chart for a width in pixels. */
  readonly draw: (size: { readonly width: number; readonly narrow: boolean }) => Plot.PlotOptions
  /** Pixels of the drawing for wide columns and for phones: the page shows the one that fits, so text is never shrunk away. */
  readonly widths?: readonly [wide: number, narrow: number]
}

/** An Observable Plot chart as inline SVG, drawn once for wide columns and once for narrow ones. */
export function chart({ description, draw, widths: [wide, narrow] = [680, 336] }: ChartOptions): Html {
  return html`<div class="chart"><div class="wide">${drawSvg(draw({ width: wide, narrow: false }), wide, description)}</div>
<div class="narrow">${drawSvg(draw({ width: narrow, narrow: true }), narrow, description)}</div></div>`
}

function drawSvg(options: Plot.PlotOptions, width: number, description: string): Html {
  const { document } = parseHTML('<!doctype html><html><body></body></html>')
  const svg = Plot.plot({
    ...options,
    width,
    document: document as never,
    className: 'plot',
    style: { fontSize: '12px' },
  }) as unknown as SvgElement
  // Every drawing would carry the same rules, and the page's style sheet has them.
  svg.querySelector('style')?.remove()
  svg.setAttribute('role', 'img')
  svg.setAttribute('aria-label', visibleText(description))
  return new Html(roundCoordinates(svg.outerHTML))
}

/** A hundredth of a pixel is enough; in full precision coordinates are most of the markup. */
function roundCoordinates(markup: string): string {
  return markup.replace(/ (?:d|transform|points|[cr]?[xy][12]?|r|width|height)="[^"]*"/g, attribute =>
    attribute.replace(/(\.\d\d)\d+(?!e)/g, '$1'),
  )
}

/** The part of the DOM that is used here: the compiler runs without its types. */
interface SvgElement {
  readonly outerHTML: string
  querySelector(selector: string): { remove(): void } | null
  setAttribute(name: string, value: string): void
}
