import { fileName, formatCount, formatPercent } from '../format.ts'
import { foreignText, type Html, html } from '../html.ts'
import type { Picture, ReasonGroup, ReportData } from '../ReportData.ts'
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
    body: html`<div class="reasons">${reasons.map(group => reasonCard(group, images.total))}</div>`,
  }
}

function reasonCard({ verdict, reason, count, examples }: ReasonGroup, total: number): Html {
  const { title, sentence } = reasonText(reason)
  return html`<article class="reason">
<div>
<p class="count"><b>${formatCount(count)}</b> <span class="chip" style="--chip:${verdictColor(verdict)}">${foreignText(verdict, 30)}</span></p>
<h3>${foreignText(title, 80)}</h3>
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
