import { HubError, toError } from '../../base/HubError.ts'
import { SparkError } from './connect/SparkError.ts'

/**
 * What a stage threw on an executor, as it would have thrown it here, with Spark's story as its cause; `worker_not_started` where no
 * worker came up to run it; else what was thrown.
 */
export function stageFailure(thrown: unknown): Error {
  const error = toError(thrown)
  if (!(error instanceof SparkError)) return error
  const notStarted = startFailure(error)
  if (notStarted !== undefined) return notStarted
  const { cause } = error
  if (!(cause instanceof HubError)) return error
  const { code, message, hint, fault, stack } = cause
  const failure = new HubError({
    code,
    message,
    fault,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  })
  // Shows the line of the stage.
  if (stack !== undefined) failure.stack = stack
  return failure
}

/** Of org.apache.spark.api.python.PythonWorkerFactory: what the program in Python's place printed; or why the system does not run it. */
const startTexts = [
  /Error from python worker:\n\s*(.*?)\n\s*PYTHONPATH was:/s,
  /(Cannot run program "[^"]*imagehub-worker".*?)(\n|$)/,
]

function startFailure(error: SparkError): HubError | undefined {
  const texts = error.chain.map(({ message }) => message)
  const [said] = texts.flatMap(text => startTexts.flatMap(pattern => pattern.exec(text)?.[1] ?? []))
  if (said === undefined) return undefined
  return new HubError({
    code: 'worker_not_started',
    message: `no worker starts on the executors: ${said.trim()}`,
    hint: 'executors run Linux with glibc on the platform of this machine, and may run programs where Spark unpacks the worker archive',
    cause: error,
  })
}
