import type { Estimate, HeadMetrics } from '../models/heads/metrics/HeadMetrics.ts'
import { textTable } from './textTable.ts'

/** The figures of a head as plain numbers under the field's names, their intervals beside them, and everything else in `details`. */
export function metricsJson(metrics: HeadMetrics): object {
  const estimates: Record<string, Estimate> = {
    accuracy: metrics.accuracy,
    log_loss: metrics.logLoss,
    macro_f1: metrics.macroF1,
    macro_auc: metrics.macroAuc,
    brier: metrics.brier,
    calibration_error: metrics.calibrationError,
  }
  return {
    ...Object.fromEntries(Object.entries(estimates).map(([name, { value }]) => [name, value])),
    intervals: Object.fromEntries(
      Object.entries(estimates).map(([name, { low, high }]) => [name, [low, high]]),
    ),
    confusion_matrix: metrics.confusion,
    details: metrics,
  }
}

/** @param names display names in the order of the labels */
export function metricsText(metrics: HeadMetrics, names: readonly string[]): string {
  const lines = [
    `accuracy ${estimate(metrics.accuracy)}, macro F1 ${estimate(metrics.macroF1)}, AUC ${estimate(metrics.macroAuc)}, log-loss ${estimate(metrics.logLoss)}, calibration error ${estimate(metrics.calibrationError)}`,
    textTable(
      ['class', 'test images', 'precision', 'recall', 'F1', 'AUC'],
      metrics.classes.map((of, index) => [
        names[index] ?? of.label,
        String(of.positives),
        estimate(of.precision),
        estimate(of.recall),
        estimate(of.f1),
        estimate(of.auc),
      ]),
    ),
  ]
  return lines.join('\n')
}

function estimate({ value, low, high }: Estimate): string {
  if (value === null) return '–'
  return low === null || high === null
    ? value.toFixed(3)
    : `${value.toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`
}
