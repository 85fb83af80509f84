import { fileName, formatCount, formatCountOf, formatPercent } from '../format.ts'
import { foreignText, type Html, html } from '../html.ts'
import type { Picture, ReasonGroup, ReportData, VerdictCount } from '../ReportData.ts'
import { reasonText } from '../reasonText.ts'
import { verdictColor } from '../verdicts.ts'
import { pictureFigure } from './picture.ts'
import type { Section } from './Section.ts'

/** Why images were turned away, each reason with pictures. */
export function verdictsSection({ reasons, images }: ReportData): Section {
  const title = 'Turned away, and why'
  if (images.total === 0) return { title, absent: 'No image has been ingested yet.' }
  if (reasons.length === 0) return { title, absent: 'Every image was accepted: nothing was turned away.' }
  return {
    id: 'verdicts',
    title,
    lead: 'An image can have more than one reason and then counts in each. The pictures are a few of each kind, decoded as far as they go.',
    body: html`${images.verdicts
      .filter(({ verdict }) => reasons.some(group => group.verdict === verdict))
      .map(verdict => verdictGroup(verdict, reasons, images.total))}`,
  }
}

function verdictGroup(
  { verdict, count }: VerdictCount,
  reasons: readonly ReasonGroup[],
  total: number,
): Html {
  const groups = reasons.filter(group => group.verdict === verdict)
  return html`<div class="verdict"><h3><span class="chip" style="--chip:${verdictColor(verdict)}">${foreignText(verdict, 30)}</span> ${formatCountOf(count, 'image')}, ${formatCountOf(groups.length, 'reason')}</h3>
${groups.map(group => reasonCard(group, total))}</div>`
}

function reasonCard({ reason, count, examples }: ReasonGroup, total: number): Html {
  const { title, sentence } = reasonText(reason)
  return html`<article class="reason">
<div>
<h4><b>${formatCount(count)}</b> ${foreignText(title, 80)}</h4>
<p>${sentence} <span class="quiet">${formatPercent(total === 0 ? 0 : count / total)} of all images; code <code>${foreignText(reason, 60)}</code></span></p>
</div>
<div class="strip">${examples.map(exampleFigure)}</div>
</article>`
}

function exampleFigure(picture: Picture): Html {
  return pictureFigure(
    picture,
    html`<span class="file">${foreignText(fileName(picture.origin), 60)}</span>${picture.note !== null && html`<span class="said">${foreignText(picture.note, 120)}</span>`}`,
  )
}
