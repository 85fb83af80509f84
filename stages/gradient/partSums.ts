import { LossSession } from '../../models/heads/LossSession.ts'
import type { LabelledRows } from '../../models/heads/rowTasks.ts'
import { classTotals, rowTasks } from '../../models/heads/rowTasks.ts'
import { taskMoments } from '../../models/heads/taskMoments.ts'
import type { Keep } from '../KeptResources.ts'
import { base64ToFloats } from './floats.ts'
import type { KeptPart } from './KeptParts.ts'
import { packLoss, packMoments, packTotals } from './packSums.ts'
import type { GradientParams } from './params.ts'

/** The partial sums that a request asks for, over the rows of one part. */
export async function partSums(part: KeptPart, params: GradientParams, keep: Keep): Promise<Float64Array> {
  const { request, head, threads } = params
  const { features, classes, weights } = part.rows
  const rows: LabelledRows = {
    kind: head,
    labels: params.labels,
    classes,
    rows: features.rows,
    sampleWeights: weights,
  }
  if (request.kind === 'totals') return packTotals(classTotals(rows))
  const { factors, first, end } = request
  const name = JSON.stringify([head, params.labels, factors])
  const all = part.tasks(name, () => rowTasks(rows, factors))
  const tasks = { ...all, tasks: all.tasks.slice(first, end) }
  const { outputs, link } = tasks
  if (request.kind === 'moments') return packMoments(taskMoments(features, tasks.tasks, outputs))
  const { columns } = features
  const session = await keep(`loss ${columns} ${outputs} ${link} ${threads}`, () =>
    LossSession.open({ columns, outputs, link, threads }),
  )
  const origin = base64ToFloats(request.origin)
  const evaluator = part.evaluator(`${name} ${first} ${end} ${request.origin}`, session, tasks, origin)
  return packLoss(
    await evaluator.evaluate(request.active, {
      coefficients: Float64Array.from(base64ToFloats(request.coefficients)),
      intercepts: Float64Array.from(base64ToFloats(request.intercepts)),
    }),
  )
}
