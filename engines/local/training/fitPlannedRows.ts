import { crossValidate } from '../../../models/heads/crossValidate.ts'
import { fitHead } from '../../../models/heads/fitHead.ts'
import type { FitResult } from '../../Training.ts'
import type { LocalFitJob } from './LocalTraining.ts'
import { readPlannedRows } from './readPlannedRows.ts'

/** Reads and fits. Computes for seconds to minutes in the calling thread. */
export default async function fitPlannedRows(job: LocalFitJob): Promise<FitResult> {
  const { features, classes, ids, groups } = await readPlannedRows(job, 'train')
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
  const [regParam = 0, ...otherRegParams] = job.regParams
  const [elasticNetParam = 0, ...otherElasticNetParams] = job.elasticNetParams
  if (otherRegParams.length + otherElasticNetParams.length === 0) {
    const regularization = { regParam, elasticNetParam }
    return { head: await fitHead({ ...common, ...regularization }), regularization, grid: null }
  }
  const { regParams, elasticNetParams, folds, seed } = job
  const { head, best, scores } = await crossValidate({
    ...common,
    ids,
    groups: groupsOf(groups),
    regParams,
    elasticNetParams,
    folds,
    seed,
  })
  return { head, regularization: best, grid: scores }
}

/** All images are of some group, or none is. */
function groupsOf(groups: readonly (string | null)[]): string[] | undefined {
  const given = groups.filter(group => group !== null)
  return given.length === groups.length ? given : undefined
}
