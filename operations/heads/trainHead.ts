import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { moduleBeside } from '../../base/moduleBeside.ts'
import { runInWorker } from '../../base/runInWorker.ts'
import type { FitResult, Training } from '../../engines/Training.ts'
import { type Grid, gridOf } from '../../models/heads/gridOf.ts'
import { headOnnx } from '../../models/heads/headOnnx.ts'
import type { HeadKind } from '../../models/heads/headTasks.ts'
import type { EvaluateHeadOptions } from '../../models/heads/metrics/evaluateHead.ts'
import type { HeadMetrics } from '../../models/heads/metrics/HeadMetrics.ts'
import type { ParquetFile } from '../../tables/ParquetWriter.ts'
import type { PlanTrainingOptions, TrainingPlan } from './planTraining.ts'

export interface TrainHeadOptions extends PlanTrainingOptions, Grid {
  readonly name: string
  readonly folds: number
  readonly balanced: boolean
  readonly maxIterations: number
  readonly tolerance: number
}

export interface TrainedHead extends Omit<FitResult, 'head'> {
  readonly kind: HeadKind
  readonly labels: readonly string[]
  readonly displayNames: readonly string[]
  readonly leftOut: readonly string[]
  readonly runIds: readonly string[]
  readonly columns: number
  readonly objective: number
  readonly iterations: number
  readonly converged: boolean
  readonly metrics: HeadMetrics
  /** Images of each label that are verified present, in the order of the labels. */
  readonly trainCounts: readonly number[]
  readonly testCounts: readonly number[]
  readonly nTrain: number
  readonly nTest: number
  readonly headPath: string
  readonly headSha256: string
  readonly splits: ParquetFile
}

/** Plans here, fits and judges where the embeddings are, and writes the head and splits.parquet into the folder. */
export async function trainHead(
  options: TrainHeadOptions,
  { training, signal }: { readonly training: Training; readonly signal: AbortSignal },
): Promise<TrainedHead> {
  const { name, modelId, modelSha256, folder, seed } = options
  const choices = gridOf(options)
  const planned = await runInWorker<PlanTrainingOptions, TrainingPlan>({
    module: moduleBeside(import.meta.url, 'planTraining'),
    args: { ...options, folds: choices.length > 1 ? options.folds : null },
    signal,
  })
  const { kind, labels, counts, present, plan } = planned
  const model = { id: modelId, sha256: modelSha256 }
  const { head, regularization, grid } = await training.fit({
    ...options,
    grid: choices,
    kind,
    labels,
    counts,
    plan,
    model,
  })
  const bytes = headOnnx({ head, name, model })
  // Workers keep a head open by its path: another head has another one.
  const headPath = join(folder, `${options.headId}.onnx`)
  await writeFile(headPath, bytes)
  // The file that is judged is the file that is kept.
  const probabilities = await training.judge({ plan, counts, model, headPath, labels: labels.length })
  const metrics = await runInWorker<EvaluateHeadOptions, HeadMetrics>({
    module: moduleBeside(import.meta.url, 'measureHead'),
    args: { kind, labels, ...planned.test, probabilities, rows: counts.test, seed },
    signal,
  })
  return {
    kind,
    labels,
    displayNames: planned.displayNames,
    leftOut: planned.leftOut,
    runIds: planned.runIds,
    columns: head.columns,
    regularization,
    grid,
    objective: head.objective,
    iterations: head.iterations,
    converged: head.converged,
    metrics,
    trainCounts: present.train,
    testCounts: present.test,
    nTrain: counts.train,
    nTest: counts.test,
    headPath,
    headSha256: createHash('sha256').update(bytes).digest('hex'),
    splits: planned.splits,
  }
}
