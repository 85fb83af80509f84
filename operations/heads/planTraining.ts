import { join } from 'node:path'
import type { HeadTargets } from '../../models/heads/headTasks.ts'
import { foldRows, type Split, splitRows } from '../../models/heads/split.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { type ParquetFile, ParquetWriter } from '../../tables/ParquetWriter.ts'
import { splits } from '../../tables/splits.ts'
import { trainingPlan } from '../../tables/trainingPlan.ts'
import { type TrainingLabels, type TrainingLabelsOptions, trainingLabels } from './trainingLabels.ts'

export interface PlanTrainingOptions extends Omit<TrainingLabelsOptions, 'connection'> {
  readonly headId: string
  readonly runId: string
  readonly testFraction: number
  readonly seed: number
  /** Into how many folds the training images go; null for none. */
  readonly folds: number | null
  /** Folder for plan.parquet and splits.parquet. */
  readonly folder: string
}

/** What a head will learn from and be judged by. */
export interface TrainingPlan
  extends Pick<TrainingLabels, 'kind' | 'labels' | 'displayNames' | 'leftOut' | 'runIds'> {
  /** Path of the Parquet file with the columns of `trainingPlan`. */
  readonly plan: string
  readonly splits: ParquetFile
  readonly counts: Readonly<Record<Split, number>>
  /** Images of each label that are verified present, in the order of the labels. */
  readonly present: Readonly<Record<Split, readonly number[]>>
  /** The truth of the test images, by their positions. */
  readonly test: Pick<HeadTargets, 'classes'> & { readonly groups: readonly string[] | undefined }
}

/** Reads the labels and splits their images. Computes for seconds in the calling thread. */
export default async function planTraining(options: PlanTrainingOptions): Promise<TrainingPlan> {
  const { folder, headId, runId, seed, testFraction } = options
  return await withDuckdb({ temporaryFolder: join(folder, 'spill') }, async connection => {
    const data = await trainingLabels({ ...options, connection })
    const { ids, kind, labels, displayNames, leftOut, runIds, groups } = data
    const split = splitRows({ ids, classes: data.present, groups, seed }, testFraction)
    const foldOf = trainingFolds(data, split, options)
    const width = kind === 'multilabel' ? labels.length : 1
    const classesOf = (row: number) => data.classes.subarray(row * width, (row + 1) * width)
    const counts = { train: 0, test: 0 }
    const planned = await ParquetWriter.open(connection, trainingPlan)
    await planned.write(
      split.map((own, row) => ({
        image_id: ids[row] as string,
        split: own,
        position: counts[own]++,
        fold: foldOf.get(row) ?? null,
        classes: Float32Array.from(classesOf(row)),
      })),
    )
    const kept = await ParquetWriter.open(connection, splits.columns)
    await kept.write(
      split.map((own, row) => ({
        head_id: headId,
        image_id: ids[row] as string,
        split: own,
        run_id: runId,
      })),
    )
    const test = split.flatMap((own, row) => (own === 'test' ? [row] : []))
    const present = (own: Split) => {
      const rows = data.present.filter((_, row) => split[row] === own)
      return labels.map(label => rows.filter(classes => classes.includes(label)).length)
    }
    return {
      kind,
      labels,
      displayNames,
      leftOut,
      runIds,
      plan: (await planned.close(join(folder, 'plan.parquet'))).path,
      splits: await kept.close(join(folder, 'splits.parquet')),
      counts,
      present: { train: present('train'), test: present('test') },
      test: {
        classes: Int32Array.from(test.flatMap(row => [...classesOf(row)])),
        groups: groups === undefined ? undefined : test.map(row => groups[row] as string),
      },
    }
  })
}

/** The fold of each row to train on. */
function trainingFolds(
  { ids, present, groups }: TrainingLabels,
  split: readonly Split[],
  { folds, seed }: PlanTrainingOptions,
): ReadonlyMap<number, number> {
  if (folds === null) return new Map()
  const rows = split.flatMap((own, row) => (own === 'train' ? [row] : []))
  const pick = <T>(values: readonly T[]) => rows.map(row => values[row] as T)
  const foldOf = foldRows(
    { ids: pick(ids), classes: pick(present), groups: groups && pick(groups), seed },
    folds,
  )
  return new Map(rows.map((row, at) => [row, foldOf[at] as number]))
}
