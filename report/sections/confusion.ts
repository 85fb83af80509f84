import { formatCount, formatPercent } from '../format.ts'
import { foreignText, type Html, html } from '../html.ts'
import type { Confusion, ReportData } from '../ReportData.ts'
import type { Section } from './Section.ts'
import { scrollable } from './scrollable.ts'

/** From this many classes on, cells are too small for the share below the count. */
const compactFrom = 13
const maximumPairs = 6

/** True against predicted classes of the held-out images, as a table that reads as a heat map. */
export function confusionSection({ head }: ReportData): Section {
  const title = 'What is taken for what'
  if (head === null) return { title, absent: '' }
  if (head.confusion === null)
    return {
      title,
      absent: `A ${head.kind} head has no confusion matrix: its labels do not exclude one another.`,
    }
  const { confusion } = head
  return {
    id: 'confusion',
    title,
    lead: html`Each row holds the held-out images of one class, each column what the head called them; the percentages are of the row. Blue is right, red is wrong.${confusion.omitted > 0 && html` ${formatCount(confusion.omitted)} classes with fewer mistakes are left out.`}`,
    body: html`<div class="confusion-pair">${matrix(confusion)}${commonest(confusion)}</div>`,
  }
}

function matrix({ displayNames, counts, totals }: Confusion): Html {
  const compact = displayNames.length >= compactFrom
  return html`${scrollable(
    'Confusion matrix: rows are true classes, columns predicted ones',
    html`<table class="confusion${compact && ' compact'}">
<caption class="hidden">Confusion matrix: rows are true classes, columns predicted ones</caption>
<thead><tr><td class="corner">called →<br>↓ labelled</td>${displayNames.map(name => html`<th scope="col"><span>${foreignText(name, 24)}</span></th>`)}<th scope="col" class="sum"><span>Images</span></th></tr></thead>
<tbody>${counts.map((row, index) => {
      const total = totals[index] ?? 0
      return html`<tr><th scope="row">${foreignText(displayNames[index] ?? '', 24)}</th>${row.map((count, column) => cell(count, total, column === index, compact))}<td class="sum">${formatCount(total)}</td></tr>`
    })}</tbody></table>`,
  )}`
}

/** The pairs that account for most mistakes. */
function commonest({ displayNames, counts, totals }: Confusion): Html | null {
  const pairs = counts
    .flatMap((row, truth) => {
      const total = totals[truth] ?? 0
      return row.map((count, called) => ({ truth, called, count, total }))
    })
    .filter(({ truth, called, count }) => truth !== called && count > 0)
    .sort((a, b) => b.count - a.count || b.count / b.total - a.count / a.total)
    .slice(0, maximumPairs)
  if (pairs.length === 0) return null
  const name = (index: number) => foreignText(displayNames[index] ?? '', 30)
  return html`<div class="confusions"><h3>Commonest mistakes</h3><ol>${pairs.map(
    ({ truth, called, count, total }) =>
      html`<li><span>${name(truth)} <span class="quiet">called</span> ${name(called)}</span><span><b>${formatCount(count)}</b> <span class="quiet">of ${formatCount(total)}</span></span></li>`,
  )}</ol></div>`
}

function cell(count: number, rowTotal: number, isRight: boolean, compact: boolean): Html {
  if (count === 0) return html`<td class="zero">0</td>`
  const share = count / Math.max(1, rowTotal)
  // A lone mistake in a large class has to be seen too.
  const strength = Math.round((isRight ? 12 : 20) + 48 * share)
  return html`<td class="${isRight ? 'right' : 'wrong'}" style="--strength:${strength}%">${formatCount(count)}${!compact && html`<small>${formatPercent(share)}</small>`}</td>`
}
