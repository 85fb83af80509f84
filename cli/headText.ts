import type { TrainResult } from '../operations/heads/train.ts'
import { metricsJson, metricsText } from './metricsText.ts'
import { duration } from './Terminal.ts'

export function headJson({ run, headId, folder, head }: TrainResult): object {
  return {
    head_id: headId,
    folder,
    kind: head.kind,
    labels: head.labels,
    display_names: head.displayNames,
    left_out: head.leftOut,
    reg_param: head.regularization.regParam,
    elastic_net_param: head.regularization.elasticNetParam,
    objective: head.objective,
    iterations: head.iterations,
    converged: head.converged,
    n_train: head.nTrain,
    n_test: head.nTest,
    metrics: metricsJson(head.metrics),
    cross_validation: head.grid,
    run,
  }
}

export function headText({ run, headId, folder, head }: TrainResult): string {
  const { regParam, elasticNetParam } = head.regularization
  const lines = [
    `head ${headId}: ${head.kind}, ${head.labels.length} ${head.labels.length === 1 ? 'class' : 'classes'}, trained on ${head.nTrain} images, judged on ${head.nTest} others`,
    `objective ${head.objective.toPrecision(6)} after ${head.iterations} iterations${head.converged ? '' : ' (not converged: raise --max-iterations)'}, reg-param ${regParam}, elastic-net-param ${elasticNetParam}`,
  ]
  if (head.grid !== null)
    for (const { regParam, elasticNetParam, logLoss, accuracy } of head.grid)
      lines.push(
        `  reg-param ${regParam}, elastic-net-param ${elasticNetParam}: log-loss ${logLoss.mean.toFixed(4)}, accuracy ${accuracy.mean.toFixed(4)}`,
      )
  if (head.leftOut.length > 0) lines.push(`left out for want of images: ${head.leftOut.join(', ')}`)
  lines.push(
    metricsText(head.metrics, head.displayNames),
    `${folder}/card.md in the hub says the rest; took ${duration(run.stages[0]?.seconds ?? 0)}; run ${run.run_id}, snapshot ${run.snapshot ?? '–'}`,
  )
  return lines.join('\n')
}
