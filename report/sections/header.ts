import {
  formatBytes,
  formatCount,
  formatCountOf,
  formatInstant,
  formatNumber,
  formatPercent,
} from '../format.ts'
import { foreignText, type Html, html } from '../html.ts'
import type { Estimate, ReportData } from '../ReportData.ts'
import { stageRates } from '../stageRates.ts'
import { compareVerdicts, verdictColor } from '../verdicts.ts'
import { countByVerdict, verdictLegend } from './legend.ts'
import { thumbnail } from './picture.ts'

/** The top of the page: the pictures, the finding in a sentence, the four figures and the verdict bar. */
export function renderHeader(data: ReportData): Html {
  const { images, head, contactSheet } = data
  return html`<header class="top">
${contactSheet.length > 0 && html`<div class="contact-sheet">${contactSheet.map(thumbnail)}</div>`}
<p class="eyebrow"><b>imagehub</b> report on <span class="mono">${foreignText(data.hub, 120)}</span>, ${formatInstant(data.generatedAt)}</p>
<h1>${headline(data)}</h1>
<dl class="figures">
${figure('Images in', formatCount(images.total), inNote(data))}
${figure('Accepted', formatPercent(share(accepted(data), images.total)), `${formatCount(accepted(data))} fit for use`)}
${rateFigure(data)}
${head && figure('Test accuracy', formatPercent(head.accuracy.value), accuracyNote(head.accuracy, head.confidenceLevel, head.testImages))}
</dl>
${verdictBar(data)}
</header>`
}

function accepted({ images }: ReportData): number {
  return images.verdicts.find(({ verdict }) => verdict === 'accepted')?.count ?? 0
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole
}

function headline(data: ReportData): Html {
  const { images, head } = data
  if (images.total === 0) return html`This hub holds no images yet.`
  const fit = accepted(data)
  const intake =
    fit === images.total
      ? html`All ${formatCountOf(fit, 'image')} accepted.`
      : html`${formatCount(fit)} of ${formatCountOf(images.total, 'image')} accepted.`
  if (head === null) return intake
  const unseen = head.kind === 'multilabel' ? 'unseen labels' : formatCountOf(head.testImages, 'unseen image')
  return html`${intake} <span>The head “${foreignText(head.name, 40)}” is right on ${formatPercent(head.accuracy.value)} of ${unseen}.</span>`
}

function figure(term: string, value: string, note: Html | string): Html {
  return html`<div><dt>${term}</dt><dd><b>${value}</b><small>${note}</small></dd></div>`
}

function inNote({ images }: ReportData): string {
  const repeated = images.total - images.distinct
  return images.distinct > 0 && repeated > 0
    ? `${formatBytes(images.bytes)}, ${formatCount(images.distinct)} distinct`
    : formatBytes(images.bytes)
}

function rateFigure({ runs }: ReportData): Html | null {
  const [slowest, ...faster] = stageRates(runs).sort((a, b) => a.imagesPerSecond - b.imagesPerSecond)
  if (slowest === undefined) return null
  const others = faster.map(rate => `${rate.stage} ${formatNumber(rate.imagesPerSecond)}`)
  return figure(
    'Images per second',
    formatNumber(slowest.imagesPerSecond),
    html`${foreignText(slowest.stage, 40)}, ${formatCountOf(slowest.workers, 'worker')}${others.length > 0 && html`; ${foreignText(others.join(', '), 80)}`}`,
  )
}

function accuracyNote({ value, low, high }: Estimate, level: number, testImages: number): Html | string {
  const held = `on ${formatCountOf(testImages, 'held-out image')}`
  if (low === null || high === null) return held
  const at = (fraction: number) => `${(Math.min(1, Math.max(0, fraction)) * 100).toFixed(2)}%`
  return html`<span class="interval" aria-hidden="true"><i style="left:${at(low)};right:calc(100% - ${at(high)})"></i><u style="left:${at(value)}"></u></span>${Math.round(level * 100)} % interval ${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)}, ${held}`
}

function verdictBar({ images }: ReportData): Html | null {
  if (images.total === 0) return null
  const verdicts = [...images.verdicts].sort((a, b) => compareVerdicts(a.verdict, b.verdict))
  const description = verdicts
    .map(
      ({ verdict, count }) =>
        `${verdict}: ${formatCount(count)} (${formatPercent(share(count, images.total))})`,
    )
    .join(', ')
  return html`<div class="verdict-bar" role="img" aria-label="${description}">${verdicts
    .filter(({ count }) => count > 0)
    .map(
      ({ verdict, count }) =>
        html`<span style="flex-grow:${count};background:${verdictColor(verdict)}"></span>`,
    )}</div>${verdictLegend(countByVerdict(verdicts))}`
}
