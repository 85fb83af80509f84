import { formatCount } from '../format.ts'
import { foreignText, type Html, html } from '../html.ts'
import { compareVerdicts, verdictColor } from '../verdicts.ts'

/** The colours of the verdicts with how many of each there are. */
export function verdictLegend(counts: ReadonlyMap<string, number>): Html {
  const entries = [...counts].sort(([a], [b]) => compareVerdicts(a, b))
  return html`<ul class="legend">${entries.map(
    ([verdict, count]) =>
      html`<li><span class="swatch" style="background:${verdictColor(verdict)}"></span>${foreignText(verdict, 40)} <b>${formatCount(count)}</b></li>`,
  )}</ul>`
}

/** Adds counts up by verdict. */
export function countByVerdict(
  items: Iterable<{ readonly verdict: string; readonly count: number }>,
): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { verdict, count } of items) counts.set(verdict, (counts.get(verdict) ?? 0) + count)
  return counts
}
