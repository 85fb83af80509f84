import { clip, type Html, html } from './html.ts'
import type { ReportData } from './ReportData.ts'
import { calibrationSection } from './sections/calibration.ts'
import { classesSection } from './sections/classes.ts'
import { confusionSection } from './sections/confusion.ts'
import { distributionsSection } from './sections/distributions.ts'
import { failuresSection } from './sections/failures.ts'
import { headSection } from './sections/head.ts'
import { renderHeader } from './sections/header.ts'
import { mistakesSection } from './sections/mistakes.ts'
import { perClassSection } from './sections/perClass.ts'
import { provenanceSection } from './sections/provenance.ts'
import { reproduceSection } from './sections/reproduce.ts'
import { resolutionsSection } from './sections/resolutions.ts'
import { runsSection } from './sections/runs.ts'
import type { AbsentSection, PresentSection, Section } from './sections/Section.ts'
import { throughputSection } from './sections/throughput.ts'
import { verdictsSection } from './sections/verdicts.ts'
import { stylesheet } from './stylesheet.ts'

const sections: readonly ((data: ReportData) => Section)[] = [
  verdictsSection,
  classesSection,
  resolutionsSection,
  distributionsSection,
  headSection,
  confusionSection,
  perClassSection,
  calibrationSection,
  mistakesSection,
  throughputSection,
  failuresSection,
  runsSection,
  provenanceSection,
  reproduceSection,
]

/**
 * The report as one HTML document that needs nothing else: no script, no font, no picture from elsewhere, and a policy that forbids
 * them. The same data gives the same bytes. All text of the data is taken as hostile and escaped.
 */
export function renderReport(data: ReportData): string {
  const rendered = sections.map(section => section(data))
  const present = rendered.filter((section): section is PresentSection => 'body' in section)
  const absent = rendered.filter(
    (section): section is AbsentSection => 'absent' in section && section.absent !== '',
  )
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="imagehub ${clip(data.codeVersion, 60)}">
<title>imagehub: ${clip(data.hub, 120)}</title>
<style>${stylesheet}</style>
</head>
<body>
<a class="skip" href="#main">Skip to the report</a>
<div class="page">
${navigation(present)}
<main id="main">
${renderHeader(data)}
${present.map(renderSection)}
${absent.length > 0 && html`<section class="absent"><h2>Not in this report</h2><ul>${absent.map(({ title, absent }) => html`<li><b>${title}.</b> ${absent}</li>`)}</ul></section>`}
</main>
</div>
</body>
</html>
`.markup
}

function renderSection({ id, title, lead, body }: PresentSection): Html {
  return html`<section id="${id}" aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2><p class="lead">${lead}</p>
${body}</section>
`
}

function navigation(present: readonly PresentSection[]): Html {
  return html`<nav aria-label="Sections"><ol>${present.map(({ id, title }) => html`<li><a href="#${id}">${title}</a></li>`)}</ol>
<fieldset class="theme"><legend class="hidden">Colours</legend>${['Auto', 'Light', 'Dark'].map(
    (name, index) =>
      html`<label><input type="radio" name="theme" id="theme-${name.toLowerCase()}"${index === 0 && html` checked`}><span>${name}</span></label>`,
  )}</fieldset></nav>`
}
