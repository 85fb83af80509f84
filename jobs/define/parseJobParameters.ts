import type { z } from 'zod'
import { userError } from '../../base/HubError.ts'
import { nearest } from '../../base/nearest.ts'
import type { HubParameters, Job } from './Job.ts'

/**
 * A job's parameters from what a person wrote, NAME=VALUE each. A value that the parameter takes as text is text, else it is read as JSON: 5,
 * true, null, ["a"].
 * @throws HubError `bad_parameter` that names the parameter, the value given and what is allowed
 */
export function parseJobParameters<Parameters extends HubParameters>(
  { name, params }: Pick<Job<Parameters>, 'name' | 'params'>,
  given: Readonly<Record<string, string>>,
): Parameters {
  const shape = params.shape as Readonly<Record<string, z.ZodType>>
  for (const key of Object.keys(given)) {
    if (Object.hasOwn(shape, key)) continue
    const known = Object.keys(shape)
    const [meant] = nearest(key, known)
    throw userError(
      'bad_parameter',
      `the job ${name} has no parameter ${key}`,
      `it has ${known.join(', ')}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    )
  }
  const values = Object.fromEntries(
    Object.entries(given).map(([key, text]) => [key, valueFrom(shape[key] as z.ZodType, text)]),
  )
  const parsed = params.safeParse(values)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const key = String(issue?.path[0] ?? '')
  throw userError(
    'bad_parameter',
    Object.hasOwn(given, key)
      ? `parameter ${key} of the job ${name} is ${JSON.stringify(given[key])}: ${issue?.message}`
      : `the job ${name} needs the parameter ${key}`,
    `give --param ${key}=VALUE: ${shape[key]?.description ?? issue?.message}`,
    parsed.error,
  )
}

function valueFrom(schema: z.ZodType, text: string): unknown {
  // Null is a value of its own where text is one, too.
  if (text !== 'null' && schema.safeParse(text).success) return text
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
