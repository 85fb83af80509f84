import { z } from 'zod'
import type {
  Calibration,
  ClassMetrics,
  Confusion,
  Estimate,
  HeadSummary,
  NamedEstimate,
} from '../ReportData.ts'

export type HeadFigures = Pick<
  HeadSummary,
  'overall' | 'perClass' | 'confusion' | 'calibration' | 'confidenceLevel'
> & { readonly accuracy: Estimate | null }

const bound = z.number().nullable()
const estimate = z.object({ value: bound, low: bound, high: bound })
const count = z.number().int().nonnegative()

/** What a report needs of models/heads/metrics/HeadMetrics.ts, as it comes back from the column `metrics` of `heads`. */
const metricsSchema = z.object({
  interval: z.object({ level: z.number().min(0).max(1) }),
  accuracy: estimate,
  macroF1: estimate,
  macroAuc: estimate,
  logLoss: estimate,
  brier: estimate,
  calibrationError: estimate,
  classes: z.array(
    z.object({ label: z.string(), positives: count, precision: estimate, recall: estimate, f1: estimate }),
  ),
  reliability: z.array(z.object({ count, confidence: bound, accuracy: bound })),
  confusion: z.object({ labels: z.array(z.string()), counts: z.array(z.array(count)) }).nullable(),
})

type Metrics = z.infer<typeof metricsSchema>

const nothing: HeadFigures = {
  accuracy: null,
  overall: [],
  perClass: [],
  confusion: null,
  calibration: null,
  confidenceLevel: 0.95,
}

/** The metrics of a head for a report; nothing where they are of a shape that this version does not know. */
export function parseHeadMetrics(
  json: string,
  options: {
    readonly displayName: (label: string) => string
    /** Classes of the confusion matrix at most. */
    readonly confusionClasses: number
  },
): HeadFigures {
  const parsed = metricsSchema.safeParse(parseJson(json))
  if (!parsed.success) return nothing
  const metrics = parsed.data
  return {
    accuracy: defined(metrics.accuracy),
    confidenceLevel: metrics.interval.level,
    overall: overallMetrics(metrics),
    perClass: metrics.classes.map(
      ({ label, positives, precision, recall, f1 }): ClassMetrics => ({
        label,
        displayName: options.displayName(label),
        support: positives,
        precision: defined(precision),
        recall: defined(recall),
        f1: defined(f1),
      }),
    ),
    confusion: metrics.confusion && cutConfusion(metrics.confusion, options),
    calibration: calibrationOf(metrics),
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return null
  }
}

function defined({ value, low, high }: Metrics['accuracy']): Estimate | null {
  return value === null ? null : { value, low, high }
}

function overallMetrics({ macroF1, macroAuc, brier, logLoss }: Metrics): NamedEstimate[] {
  const named = [
    { name: 'Macro F1', isShare: true, figure: macroF1 },
    { name: 'Macro AUC', isShare: false, figure: macroAuc },
    { name: 'Log-loss', isShare: false, figure: logLoss },
    { name: 'Brier score', isShare: false, figure: brier },
  ]
  return named.flatMap(({ name, isShare, figure }) => {
    const known = defined(figure)
    return known === null ? [] : [{ name, isShare, ...known }]
  })
}

function calibrationOf({ reliability, calibrationError }: Metrics): Calibration {
  return {
    error: calibrationError.value,
    bins: reliability.flatMap(({ count, confidence, accuracy }) =>
      confidence === null || accuracy === null ? [] : [{ predicted: confidence, observed: accuracy, count }],
    ),
  }
}

/** The classes with the most mistakes, in the order of the head. */
function cutConfusion(
  { labels, counts }: NonNullable<Metrics['confusion']>,
  { displayName, confusionClasses }: Parameters<typeof parseHeadMetrics>[1],
): Confusion {
  const cell = (row: number, column: number) => counts[row]?.[column] ?? 0
  const totals = labels.map((_, row) => labels.reduce((sum, _, column) => sum + cell(row, column), 0))
  const mistakes = labels.map((_, row) => (totals[row] ?? 0) - cell(row, row))
  for (const [row] of labels.entries())
    for (const [column] of labels.entries())
      if (row !== column) mistakes[column] = (mistakes[column] ?? 0) + cell(row, column)
  const kept = [...labels.keys()]
    .sort((a, b) => (mistakes[b] ?? 0) - (mistakes[a] ?? 0) || a - b)
    .slice(0, confusionClasses)
    .sort((a, b) => a - b)
  return {
    displayNames: kept.map(index => displayName(labels[index] ?? '')),
    counts: kept.map(row => kept.map(column => cell(row, column))),
    totals: kept.map(row => totals[row] ?? 0),
    omitted: labels.length - kept.length,
  }
}
