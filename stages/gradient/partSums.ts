import { heldOutSums } from '../../models/heads/heldOutSums.ts'
import type { Task } from '../../models/heads/LossEvaluator.ts'
import { LossSession } from '../../models/heads/LossSession.ts'
import type { LabelledRows } from '../../models/heads/rowTasks.ts'
import { classTotals, rowTasks } from '../../models/heads/rowTasks.ts'
import { taskMoments } from '../../models/heads/taskMoments.ts'
import type { Keep } from '../KeptResources.ts'
import { base64ToFloats } from './floats.ts'
import type { KeptPart } from './KeptParts.ts'
import { packHeldOut, packLoss, packMoments, packTotals } from './packSums.ts'
import type { GradientParams } from './params.ts'

/** The partial sums that a request asks for, over the rows of one part. */
export async function partSums(part: KeptPart, params: GradientParams, keep: Keep): Promise<Float64Array> {
  const { request, head, threads } = params
  const { heldOut } = request
  const { features, classes, weights, foldOf } = part.rows
  const rows: LabelledRows = {
    kind: head,
    labels: params.labels,
    classes,
    rows: features.rows,
    sampleWeights: weights,
    foldOf,
  }
  if (request.kind === 'totals') return packTotals(classTotals(rows, heldOut))
  const { factors, tasks } = request
  const name = JSON.stringify([head, params.labels, heldOut, factors])
  const all = part.tasks(name, () => rowTasks(rows, factors, heldOut))
  const { outputs, link } = all
  if (request.kind === 'moments') {
    const asked = tasks.map(task => all.tasks[task] as Task)
    return packMoments(taskMoments(features, asked, outputs))
  }
  const { columns } = features
  const session = await keep(`loss ${columns} ${outputs} ${link} ${threads}`, () =>
    LossSession.open({ columns, outputs, link, threads }),
  )
  const origin = base64ToFloats(request.origin)
  const evaluator = part.evaluator(`${name} ${request.origin}`, session, all, origin)
  const models = {
    coefficients: Float64Array.from(base64ToFloats(request.coefficients)),
    intercepts: Float64Array.from(base64ToFloats(request.intercepts)),
  }
  if (request.kind === 'held_out')
    return packHeldOut(await heldOutSums({ evaluator, rows, heldOut, tasks, models }))
  return packLoss(await evaluator.evaluate(tasks, models))
}
