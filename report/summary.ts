import {
  formatBytes,
  formatCount,
  formatCountOf,
  formatEstimate,
  formatNumber,
  formatPercent,
} from './format.ts'
import { oneLine } from './html.ts'
import type { Confusion, HeadSummary, ReportData } from './ReportData.ts'
import { stageRates } from './stageRates.ts'
import { compareVerdicts } from './verdicts.ts'

/** The figures of a report, as `summary.json` has them. */
export interface Summary {
  readonly hub: string
  readonly generated_at: string
  readonly code_version: string
  readonly images: { readonly total: number; readonly distinct: number; readonly bytes: number }
  readonly verdicts: Readonly<Record<string, number>>
  readonly reasons: readonly { readonly verdict: string; readonly reason: string; readonly count: number }[]
  /** Of the newest run of each stage. */
  readonly images_per_second: Readonly<Record<string, number>>
  readonly head: SummaryHead | null
}

export interface SummaryHead {
  readonly head_id: string
  readonly name: string
  readonly kind: string
  readonly model_id: string
  readonly model_sha256: string
  readonly n_train: number
  readonly n_test: number
  readonly objective: number
  readonly accuracy: number
  /** Bounds of the accuracy's interval, null where none was computed. */
  readonly accuracy_low: number | null
  readonly accuracy_high: number | null
  readonly confidence_level: number
  readonly confusion_matrix: {
    readonly classes: readonly string[]
    readonly counts: readonly (readonly number[])[]
  } | null
}

/** The figures of a report without pictures and charts. */
export function summarise(data: ReportData): Summary {
  const { hub, generatedAt, codeVersion, images, reasons, runs, head } = data
  return {
    hub,
    generated_at: generatedAt,
    code_version: codeVersion,
    images: { total: images.total, distinct: images.distinct, bytes: images.bytes },
    verdicts: Object.fromEntries(images.verdicts.map(({ verdict, count }) => [verdict, count])),
    reasons: reasons.map(({ verdict, reason, count }) => ({ verdict, reason, count })),
    images_per_second: Object.fromEntries(
      stageRates(runs).map(({ stage, imagesPerSecond }) => [stage, imagesPerSecond]),
    ),
    head: head === null ? null : summariseHead(head),
  }
}

function summariseHead(head: HeadSummary): SummaryHead {
  return {
    head_id: head.headId,
    name: head.name,
    kind: head.kind,
    model_id: head.modelId,
    model_sha256: head.modelSha256,
    n_train: head.trainImages,
    n_test: head.testImages,
    objective: head.objective,
    accuracy: head.accuracy.value,
    accuracy_low: head.accuracy.low,
    accuracy_high: head.accuracy.high,
    confidence_level: head.confidenceLevel,
    confusion_matrix:
      head.confusion === null
        ? null
        : { classes: head.confusion.displayNames, counts: head.confusion.counts },
  }
}

/** The figures of a report for a terminal: lines of text, no escape sequences, none of the data's either. */
export function summaryText(data: ReportData): string {
  const { images, reasons, runs, head } = data
  const lines: [term: string, value: string][] = [
    ['Images in', `${formatCount(images.total)} (${formatBytes(images.bytes)})`],
  ]
  for (const { verdict, count } of images.verdicts.toSorted((a, b) =>
    compareVerdicts(a.verdict, b.verdict),
  )) {
    lines.push([
      `  ${oneLine(verdict, 20)}`,
      `${formatCount(count)} (${formatPercent(count / images.total)})`,
    ])
    for (const group of reasons.filter(group => group.verdict === verdict))
      lines.push([`    ${oneLine(group.reason || 'no reason given', 30)}`, formatCount(group.count)])
  }
  for (const { stage, imagesPerSecond, rows, workers } of stageRates(runs))
    lines.push([
      `Images/s, ${oneLine(stage, 20)}`,
      `${formatNumber(imagesPerSecond)} (${formatCountOf(rows, 'image')}, ${formatCountOf(workers, 'worker')})`,
    ])
  if (head !== null)
    lines.push([
      'Test accuracy',
      `${formatEstimate(head.accuracy)}${head.accuracy.low === null ? '' : `, ${Math.round(head.confidenceLevel * 100)} % interval`}, ${formatCountOf(head.testImages, 'held-out image')}`,
    ])
  const width = Math.max(...lines.map(([term]) => term.length)) + 2
  const text = lines.map(([term, value]) => term.padEnd(width) + value).join('\n')
  if (head === null || head.confusion === null || head.confusion.counts.length === 0) return text
  return `${text}\n\n${confusionTable(head.confusion)}`
}

/** What fits a terminal of 100 columns. */
const maximumColumns = 10

function confusionTable({ displayNames, counts }: Confusion): string {
  const shown = Math.min(counts.length, maximumColumns)
  const columnNames = displayNames.slice(0, shown).map(name => oneLine(name, 9))
  const rowNames = displayNames.slice(0, shown).map(name => oneLine(name, 20))
  const first = Math.max('labelled'.length, ...rowNames.map(name => name.length))
  const row = (name: string, cells: readonly string[]) =>
    `${name.padEnd(first)} ${cells.map((cell, index) => cell.padStart(Math.max(4, columnNames[index]?.length ?? 0) + 1)).join('')}`
  const left = counts.length - shown
  return [
    `${' '.repeat(first)}  called`,
    row('labelled', columnNames),
    ...rowNames.map((name, index) =>
      row(
        name,
        (counts[index] ?? []).slice(0, shown).map(count => (count === 0 ? '·' : formatCount(count))),
      ),
    ),
    ...(left > 0 ? [`(${formatCountOf(left, 'more class', 'more classes')}: see the report)`] : []),
  ].join('\n')
}
