import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { crossValidate, type GridScore } from '../../models/heads/crossValidate.ts'
import type { Features } from '../../models/heads/Features.ts'
import { type FittedHead, fitHead } from '../../models/heads/fitHead.ts'
import { headOnnx } from '../../models/heads/headOnnx.ts'
import type { HeadKind, HeadTargets } from '../../models/heads/headTasks.ts'
import { evaluateHead } from '../../models/heads/metrics/evaluateHead.ts'
import type { HeadMetrics } from '../../models/heads/metrics/HeadMetrics.ts'
import { openHead } from '../../models/heads/openHead.ts'
import type { Regularization } from '../../models/heads/StandardizedProblem.ts'
import { splitRows } from '../../models/heads/split.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { type ParquetFile, ParquetWriter } from '../../tables/ParquetWriter.ts'
import { splits } from '../../tables/splits.ts'
import { type TrainingData, type TrainingDataOptions, trainingData } from './trainingData.ts'

export interface TrainHeadOptions extends Omit<TrainingDataOptions, 'connection'> {
  readonly headId: string
  readonly name: string
  readonly runId: string
  /** Values of the grid; one of each is no choice and needs no cross-validation. */
  readonly regParams: readonly number[]
  readonly elasticNetParams: readonly number[]
  readonly folds: number
  readonly balanced: boolean
  readonly testFraction: number
  readonly seed: number
  readonly maxIterations: number
  readonly tolerance: number
  /** Folder for head.onnx and splits.parquet. */
  readonly folder: string
}

export interface TrainedHead {
  readonly kind: HeadKind
  readonly labels: readonly string[]
  readonly displayNames: readonly string[]
  readonly leftOut: readonly string[]
  readonly runIds: readonly string[]
  readonly columns: number
  readonly regularization: Regularization
  /** Scores of the grid; null where there was nothing to choose. */
  readonly grid: readonly GridScore[] | null
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

/** Reads, splits, fits, judges and writes a head. Computes for seconds to minutes in the calling thread. */
export default async function trainHead(options: TrainHeadOptions): Promise<TrainedHead> {
  return await withDuckdb({ temporaryFolder: join(options.folder, 'spill') }, async connection => {
    const data = await trainingData({ ...options, connection })
    const parts = splitRows(
      { ids: data.ids, classes: data.present, groups: data.groups, seed: options.seed },
      options.testFraction,
    )
    const [train, test] = [subset(data, parts, 'train'), subset(data, parts, 'test')]
    const { head, regularization, grid } = await fit(options, train)
    const bytes = headOnnx({
      head,
      name: options.name,
      model: { id: options.modelId, sha256: options.modelSha256 },
    })
    const headPath = join(options.folder, 'head.onnx')
    await writeFile(headPath, bytes)
    // The file that is judged is the file that is kept.
    await using opened = await openHead({ path: headPath, threads: availableParallelism() })
    const metrics = evaluateHead({
      ...test,
      probabilities: await opened.predict(test.features.data, test.features.rows),
      rows: test.features.rows,
      seed: options.seed,
    })
    const writer = await ParquetWriter.open(connection, splits.columns)
    await writer.write(
      data.ids.map((image_id, row) => ({
        head_id: options.headId,
        image_id,
        split: parts[row] ?? 'train',
        run_id: options.runId,
      })),
    )
    return {
      kind: data.kind,
      labels: data.labels,
      displayNames: data.displayNames,
      leftOut: data.leftOut,
      runIds: data.runIds,
      columns: data.features.columns,
      regularization,
      grid,
      objective: head.objective,
      iterations: head.iterations,
      converged: head.converged,
      metrics,
      trainCounts: countsOf(data.labels, train.present),
      testCounts: countsOf(data.labels, test.present),
      nTrain: train.features.rows,
      nTest: test.features.rows,
      headPath,
      headSha256: createHash('sha256').update(bytes).digest('hex'),
      splits: await writer.close(join(options.folder, 'splits.parquet')),
    }
  })
}

interface Subset extends HeadTargets {
  readonly ids: readonly string[]
  readonly features: Features
  readonly present: TrainingData['present']
  readonly groups: readonly string[] | undefined
}

function subset(data: TrainingData, parts: readonly string[], part: 'train' | 'test'): Subset {
  const rows = parts.flatMap((candidate, row) => (candidate === part ? [row] : []))
  const { columns } = data.features
  const features = new Float32Array(rows.length * columns)
  for (const [to, from] of rows.entries())
    features.set(data.features.data.subarray(from * columns, (from + 1) * columns), to * columns)
  const width = data.kind === 'multilabel' ? data.labels.length : 1
  const classes = data.classes.slice(0, rows.length * width)
  for (const [to, from] of rows.entries())
    classes.set(data.classes.subarray(from * width, (from + 1) * width), to * width)
  const pick = <T>(values: readonly T[]) => rows.map(row => values[row] as T)
  return {
    kind: data.kind,
    labels: data.labels,
    classes,
    ids: pick(data.ids),
    features: { data: features, rows: rows.length, columns },
    present: pick(data.present),
    groups: data.groups === undefined ? undefined : pick(data.groups),
  }
}

async function fit(
  options: TrainHeadOptions,
  train: Subset,
): Promise<{ head: FittedHead; regularization: Regularization; grid: readonly GridScore[] | null }> {
  const common = {
    ...train,
    classWeights: options.balanced ? ('balanced' as const) : undefined,
    maxIterations: options.maxIterations,
    tolerance: options.tolerance,
    threads: availableParallelism(),
  }
  const [regParam = 0, ...otherRegParams] = options.regParams
  const [elasticNetParam = 0, ...otherElasticNetParams] = options.elasticNetParams
  if (otherRegParams.length + otherElasticNetParams.length === 0) {
    const regularization = { regParam, elasticNetParam }
    return { head: await fitHead({ ...common, ...regularization }), regularization, grid: null }
  }
  const { regParams, elasticNetParams, folds, seed } = options
  const { head, best, scores } = await crossValidate({ ...common, regParams, elasticNetParams, folds, seed })
  return { head, regularization: best, grid: scores }
}

function countsOf(labels: readonly string[], present: readonly (readonly string[])[]): number[] {
  return labels.map(label => present.filter(classes => classes.includes(label)).length)
}
