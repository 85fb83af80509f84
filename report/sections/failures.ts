import { fileName, formatCount, formatCountOf } from '../format.ts'
import { foreignText, html } from '../html.ts'
import type { ReportData } from '../ReportData.ts'
import { reasonText } from '../reasonText.ts'
import type { Section } from './Section.ts'
import { scrollable } from './scrollable.ts'

/** Images that a stage could not process. */
export function failuresSection({ failures }: ReportData): Section {
  const title = 'Failures'
  if (failures.total === 0) return { title, absent: 'No stage failed on any image.' }
  return {
    id: 'failures',
    title,
    lead: html`${formatCountOf(failures.total, 'image')} could not be processed by a stage; nothing else was held up by them.${failures.shown.length < failures.total && html` The first ${formatCount(failures.shown.length)} are listed.`}`,
    body: html`${scrollable(
      'Images that a stage could not process',
      html`<table>
<caption class="hidden">Images that a stage could not process</caption>
<thead><tr><th scope="col">Stage</th><th scope="col">What went wrong</th><th scope="col">Image</th><th scope="col">Run</th></tr></thead>
<tbody>${failures.shown.map(
        ({ stage, code, message, origin, imageId, runId }) =>
          html`<tr><td>${foreignText(stage, 40)}</td><td class="prose"><b>${foreignText(reasonText(code).title, 60)}</b><br><span class="quiet">${foreignText(message, 200)}</span></td><td class="file-cell">${foreignText(fileName(origin), 80)}${imageId !== null && html`<br><code>${foreignText(imageId, 20)}</code>`}</td><td><code>${foreignText(runId, 40)}</code></td></tr>`,
      )}</tbody></table>`,
    )}`,
  }
}
