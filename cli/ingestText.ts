import type { IngestResult } from '../operations/ingest.ts'
import type { Cases } from '../sources/labels/LabelReport.ts'
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
    lines.push(`${match.labels} labels on ${match.matched} images`)
    for (const [cases, what] of [
      [match.absent, 'labelled images are not in the source'],
      [match.ambiguous, 'label references fit several images'],
      [match.unreadable, 'labelled images could not be read'],
      [match.unlabelled, 'images have no label'],
      [labels.conflicting, 'labels were given with different confidences; the highest counts'],
      [labels.badConfidence, 'labels have a confidence that is no number from 0 to 1'],
      [labels.unknownLabels, 'labels are not in the class descriptions'],
    ] as const)
      if (cases.count > 0) lines.push(`  ${casesText(cases, what)}`)
  }
  lines.push(...stageRate(run), `run ${run.run_id}, snapshot ${run.snapshot ?? '–'}`)
  return lines.join('\n')
}

function casesText({ count, examples }: Cases, what: string): string {
  return `${count} ${what}: ${examples.join(', ')}${count > examples.length ? ', …' : ''}`
}
