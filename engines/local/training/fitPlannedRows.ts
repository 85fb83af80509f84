import { crossValidate } from '../../../models/heads/crossValidate.ts'
import { fitHead } from '../../../models/heads/fitHead.ts'
import { fitFromGrid } from '../../fitFromGrid.ts'
import type { FitResult } from '../../Training.ts'
import type { LocalFitJob } from './LocalTraining.ts'
import { readPlannedRows } from './readPlannedRows.ts'

/** Reads and fits. Computes for seconds to minutes in the calling thread. */
export default async function fitPlannedRows(job: LocalFitJob): Promise<FitResult> {
  const { features, classes, foldOf } = await readPlannedRows(job, 'train')
  const { kind, labels, maxIterations, tolerance, threads } = job
  const common = {
    kind,
    labels,
    features,
    classes: kind === 'multilabel' ? Int8Array.from(classes) : Int32Array.from(classes),
    classWeights: job.balanced ? ('balanced' as const) : undefined,
    maxIterations,
    tolerance,
    threads,
  }
  const { grid, folds } = job
  return await fitFromGrid(grid, {
    fit: regularization => fitHead({ ...common, ...regularization }),
    crossValidate: () => crossValidate({ ...common, grid, folds, foldOf }),
  })
}
