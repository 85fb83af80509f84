import { commandLine } from '../commandLine.ts'
import { clip, html } from '../html.ts'
import type { ReportData } from '../ReportData.ts'
import type { Section } from './Section.ts'

const maximumCommands = 20

/** The commands of the committed runs, to type again. */
export function reproduceSection({ runs, hub }: ReportData): Section {
  const title = 'Do it again'
  const lines = [
    ...new Set(runs.filter(({ state }) => state === 'committed').map(run => commandLine(run, hub))),
  ].slice(-maximumCommands)
  if (lines.length === 0) return { title, absent: '' }
  return {
    id: 'reproduce',
    title,
    lead: 'The commands behind this page, oldest first. Work that is already done is not done again; on an empty folder they rebuild the hub.',
    body: html`<pre><code>${lines.map(line => html`${clip(line, 600)}\n`)}</code></pre>`,
  }
}
