import { formatCount, formatNumber, formatPercent } from '../format.ts'
import { foreignText, type Html, html } from '../html.ts'
import type { Estimate, HeadSummary, ReportData } from '../ReportData.ts'
import type { Section } from './Section.ts'

/** What the head is and how well it does over all classes. */
export function headSection({ head }: ReportData): Section {
  const title = 'The head'
  if (head === null)
    return {
      title,
      absent:
        'No head has been trained yet: run imagehub train to get accuracy, confusion and mistakes here.',
    }
  return {
    id: 'head',
    title,
    lead: html`${foreignText(head.name, 60)} is a ${foreignText(head.kind, 20)} logistic regression on the embeddings of ${foreignText(head.modelId, 80)}, trained on ${formatCount(head.trainImages)} images and tested on ${formatCount(head.testImages)} that it never saw.${baseline(head)} Intervals cover ${formatPercent(head.confidenceLevel)}, by bootstrap over the held-out images.`,
    body: html`<dl class="metrics">${metric('Accuracy', head.accuracy, true)}${head.overall.map(({ name, isShare, ...estimate }) => metric(name, estimate, isShare))}</dl>`,
  }
}

/** What always naming the most frequent class would get: the figure that an accuracy has to beat. */
function baseline({ confusion }: HeadSummary): Html | null {
  if (confusion === null || confusion.omitted > 0) return null
  const total = confusion.totals.reduce((sum, count) => sum + count, 0)
  if (total === 0) return null
  return html` Always naming the most frequent class would be right on ${formatPercent(Math.max(...confusion.totals) / total)}.`
}

function metric(name: string, { value, low, high }: Estimate, isShare: boolean): Html {
  const [shown, bounds] = isShare
    ? [formatPercent(value), [low, high].map(bound => ((bound ?? 0) * 100).toFixed(1))]
    : [formatNumber(value), [low, high].map(bound => formatNumber(bound ?? 0))]
  const hasInterval = low !== null && high !== null
  return html`<div><dt>${foreignText(name, 40)}</dt><dd><b>${shown}</b>${hasInterval && html` <small>${bounds[0]} to ${bounds[1]}</small>`}</dd></div>`
}
