import type { ResultRow } from '../catalog/Catalog.ts'
import { printable } from '../catalog/formatRows.ts'
import type { ImageLife } from '../operations/explainImage.ts'
import { reasons } from '../stages/inspect/reasons.ts'
import { textTable } from './textTable.ts'

/** An image's life for people: what it is, then what was judged, said and predicted of it. */
export function lifeText(life: ImageLife): string {
  const sections: string[] = []
  for (const image of life.images) sections.push(imageText(image))
  const [scores] = life.quality
  if (scores !== undefined) {
    const measured = Object.entries(scores).filter(([name]) => name !== 'image_id' && name !== 'run_id')
    sections.push(
      `scores\n${measured.map(([name, value]) => `  ${name.padEnd(16)}${number(value)}`).join('\n')}`,
    )
  }
  sections.push(
    table('labels', ['label', 'name', 'source', 'confidence', 'run'], life.labels, row => [
      text(row.label),
      text(row.display_name),
      text(row.source),
      text(row.confidence),
      text(row.run_id),
    ]),
    table('embeddings', ['model', 'dimensions', 'run'], life.embeddings, row => [
      text(row.model_id),
      text(row.dimensions),
      text(row.run_id),
    ]),
    table('splits', ['head', 'split'], life.splits, row => [text(row.head_id), text(row.split)]),
    table('predictions', ['head', 'rank', 'class', 'probability', 'run'], life.predictions, row => [
      text(row.head_id),
      text(row.rank),
      text(row.display_name),
      number(row.probability),
      text(row.run_id),
    ]),
    table('failures', ['stage', 'code', 'message', 'run'], life.failures, row => [
      text(row.stage),
      text(row.code),
      text(row.message),
      text(row.run_id),
    ]),
    table('runs', ['run', 'command', 'state', 'imagehub'], life.runs, row => [
      text(row.run_id),
      text(row.command),
      text(row.state),
      text(row.code_version),
    ]),
  )
  return sections.filter(section => section !== '').join('\n')
}

function imageText(image: ResultRow): string {
  const codes = (image.reasons as string[] | null) ?? []
  const because = codes.map(code => `\n  ${''.padEnd(16)}${printable(code)}: ${sentence(code)}`).join('')
  const facts: [string, string][] = [
    ['origin', text(image.origin)],
    ['sha256', text(image.sha256)],
    ['file', `${text(image.format)}, ${text(image.bytes)} bytes`],
    ['pixels', `${text(image.width)} x ${text(image.height)}, ${text(image.mode)}`],
    ['captured', text(image.captured_at)],
    ['position', image.latitude === null ? '–' : `${text(image.latitude)}, ${text(image.longitude)}`],
    ['supplier', `${text(image.supplier_id)}, submission ${text(image.submission_id)}`],
    ['verdict', `${text(image.verdict)} by rules ${text(image.rules_version)}${because}`],
    ['detail', text(image.detail)],
    ['ingested', `${text(image.ingested_at)} by run ${text(image.run_id)}`],
  ]
  const shown = facts.filter(([, value]) => value !== '–' && value !== '–, submission –')
  return `image ${text(image.image_id)}\n${shown.map(([name, value]) => `  ${name.padEnd(16)}${value}`).join('\n')}`
}

function sentence(code: string): string {
  return Object.hasOwn(reasons, code) ? reasons[code as keyof typeof reasons] : 'a rule of a later version'
}

function table(
  title: string,
  header: readonly string[],
  rows: readonly ResultRow[],
  cells: (row: ResultRow) => string[],
): string {
  if (rows.length === 0) return ''
  const lines = textTable(header, rows.map(cells)).split('\n')
  return [title, ...lines.map(line => `  ${line}`)].join('\n')
}

/** What came from outside sends nothing to the terminal. */
function text(value: unknown): string {
  return value === null || value === undefined ? '–' : printable(String(value))
}

function number(value: unknown): string {
  return typeof value === 'number' ? value.toPrecision(4) : text(value)
}
