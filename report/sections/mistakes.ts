import { formatCount, formatCountOf, formatPercent } from '../format.ts'
import { foreignText, type Html, html } from '../html.ts'
import type { Mistake, ReportData } from '../ReportData.ts'
import { pictureFigure } from './picture.ts'
import type { Section } from './Section.ts'

/** The wrong answers that the head was surest of: bad labels and hard pictures come first. */
export function mistakesSection({ head }: ReportData): Section {
  const title = 'Most confident mistakes'
  if (head === null) return { title, absent: '' }
  if (head.mistakeCount === null)
    return {
      title,
      absent: `No predictions of ${head.name} on its held-out images are stored: run imagehub predict to see its mistakes.`,
    }
  if (head.mistakeCount === 0) return { title, absent: 'The head made no mistake on the held-out images.' }
  const { mistakes, mistakeCount } = head
  return {
    id: 'mistakes',
    title,
    lead: html`${formatCountOf(mistakeCount, 'mistake')} on the held-out images${mistakes.length < mistakeCount && html`, the ${formatCount(mistakes.length)} surest of which are shown`}. Look here first for wrong labels. The life of any of them: <code>imagehub why</code> and its id.`,
    body: html`<div class="mistakes">${mistakes.map(mistakeFigure)}</div>`,
  }
}

function mistakeFigure({ picture, truth, predicted, probability }: Mistake): Html {
  return pictureFigure(
    picture,
    html`<span class="answer"><strong>${foreignText(predicted, 40)}</strong> <b>${formatPercent(probability)}</b></span><span class="meter" style="--p:${(probability * 100).toFixed(1)}%" aria-hidden="true"></span><span>labelled ${foreignText(truth, 40)}</span>${picture.imageId !== null && html`<code>${foreignText(picture.imageId, 20)}</code>`}`,
  )
}
