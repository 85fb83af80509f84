import { formatCount, formatCountOf } from '../format.ts'
import { foreignText, type Html, html } from '../html.ts'
import type { ClassCount, ReportData } from '../ReportData.ts'
import { thumbnail } from './picture.ts'
import type { Section } from './Section.ts'
import { scrollable } from './scrollable.ts'

/** How often each class occurs, with a few of its pictures. */
export function classesSection({ classes }: ReportData): Section {
  const title = 'Classes'
  if (classes.shown.length === 0)
    return { title, absent: 'The images have no labels: ingest with --labels to add some.' }
  const largest = Math.max(1, ...classes.shown.map(({ positives }) => positives))
  const hasNegatives = classes.shown.some(({ negatives }) => negatives > 0)
  const hasMachine = classes.shown.some(({ machine }) => machine > 0)
  const omitted = classes.total - classes.shown.length
  return {
    id: 'classes',
    title,
    lead: html`${formatCountOf(classes.total, 'class', 'classes')} with labels${omitted > 0 && html`, of which the ${formatCount(classes.shown.length)} most frequent are shown`}.${classes.unlabelled > 0 && html` ${formatCountOf(classes.unlabelled, 'accepted image')} without any label.`}`,
    body: html`${scrollable(
      'Images per class',
      html`<table class="classes">
<caption class="hidden">Images per class</caption>
<thead><tr><th scope="col">Class</th><th scope="col">Images that show it</th>${hasNegatives && html`<th scope="col" class="number">Verified absent</th>`}${hasMachine && html`<th scope="col" class="number">By machine only</th>`}<th scope="col" class="examples">Examples</th></tr></thead>
<tbody>${classes.shown.map(row => classRow(row, largest, hasNegatives, hasMachine))}</tbody>
</table>`,
    )}`,
  }
}

function classRow(row: ClassCount, largest: number, hasNegatives: boolean, hasMachine: boolean): Html {
  const { label, displayName, positives, negatives, machine, examples } = row
  return html`<tr><th scope="row">${foreignText(displayName, 60)}${label !== displayName && html`<small class="mono">${foreignText(label, 40)}</small>`}</th>
<td class="bar"><span style="--share:${(positives / largest).toFixed(4)}"></span><b>${formatCount(positives)}</b></td>${hasNegatives && html`<td class="number">${formatCount(negatives)}</td>`}${hasMachine && html`<td class="number">${formatCount(machine)}</td>`}
<td class="examples">${examples.map(thumbnail)}</td></tr>`
}
