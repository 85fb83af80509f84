import { printable } from '../catalog/formatRows.ts'
import type { CopiedImages } from '../operations/export/copyImages.ts'
import type { ExportResult } from '../operations/export/exportRows.ts'
import { stageRate } from './runText.ts'
import { sizeText } from './sizeText.ts'

/** Failures that people are shown; --json has more. */
const maxShown = 5

export function exportText({ run, to, rows, bytes, columns, images }: ExportResult): string {
  return [
    `${rows} ${rows === 1 ? 'row' : 'rows'} of ${columns.length} ${columns.length === 1 ? 'column' : 'columns'}, ${sizeText(bytes)}: ${to}`,
    ...(images === null ? [] : imagesText(images)),
    ...stageRate(run),
    `run ${run.run_id}, snapshot ${run.snapshot ?? '–'}`,
  ].join('\n')
}

function imagesText({ to, copied, present, notAccepted, failed, failures }: CopiedImages): string[] {
  const counts = [
    `${copied} copied`,
    ...(present === 0 ? [] : [`${present} there already`]),
    ...(notAccepted === 0 ? [] : [`${notAccepted} left out, not accepted`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
  ]
  return [
    `pictures: ${counts.join(', ')}: ${to}`,
    ...failures
      .slice(0, maxShown)
      .map(({ origin, code, message }) => `  ${printable(origin)}: ${code}: ${printable(message)}`),
    ...(failed > maxShown ? [`  and ${failed - maxShown} more, of which --json names the first 100`] : []),
  ]
}
