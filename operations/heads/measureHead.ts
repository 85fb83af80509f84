import { type EvaluateHeadOptions, evaluateHead } from '../../models/heads/metrics/evaluateHead.ts'
import type { HeadMetrics } from '../../models/heads/metrics/HeadMetrics.ts'

/** Metrics with their intervals. Computes for seconds in the calling thread. */
export default async function measureHead(options: EvaluateHeadOptions): Promise<HeadMetrics> {
  return evaluateHead(options)
}
