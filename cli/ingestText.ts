import { printable } from '../catalog/formatRows.ts'
import type { IngestResult } from '../operations/ingest.ts'
import type { Cases } from '../sources/Cases.ts'
import { stageRate } from './runText.ts'

/** What an ingest did, for people. */
export function ingestText({ run, manifest, verdicts, reasons, labels }: IngestResult): string {
  const read = Object.values(verdicts).reduce((sum, count) => sum + count, 0)
  const skipped = Object.entries(manifest.skipped).map(([reason, tally]) => `${tally?.count} ${reason}`)
  const lines = [
    `${manifest.candidates} origins listed, ${read} new or changed${skipped.length === 0 ? '' : ` (skipped: ${skipped.join(', ')})`}`,
  ]
  for (const [verdict, count] of Object.entries(verdicts))
    lines.push(`  ${String(count).padStart(7)} ${verdict}`)
  if (Object.keys(reasons).length > 0) {
    lines.push('reasons')
    for (const [reason, count] of Object.entries(reasons))
      lines.push(`  ${String(count).padStart(7)} ${reason}`)
  }
  if (labels !== null) {
    const { match } = labels
    lines.push(`labels: ${match.labels}, on ${match.matched} images`)
    for (const [cases, what] of [
      [match.absent, 'labelled, but not in the source'],
      [match.ambiguous, 'named so that several images fit'],
      [match.unreadable, 'labelled, but could not be read'],
      [match.unlabelled, 'without a label'],
      [labels.noImage, 'rows without an image'],
      [labels.noLabel, 'rows without a label'],
      [labels.conflicting, 'given with different confidences, of which the highest counts'],
      [labels.badConfidence, 'with a confidence that is no number from 0 to 1'],
      [labels.unknownLabels, 'classes that the class descriptions do not have'],
    ] as const)
      if (cases.count > 0) lines.push(casesText(cases, what))
  }
  lines.push(...stageRate(run), `run ${run.run_id}, snapshot ${run.snapshot ?? '–'}`)
  return lines.join('\n')
}

const examplesShown = 3

function casesText({ count, examples }: Cases, what: string): string {
  const shown = examples.slice(0, examplesShown).map(printable)
  return `  ${String(count).padStart(7)} ${what}: ${shown.join(', ')}${count > shown.length ? ', …' : ''}`
}
