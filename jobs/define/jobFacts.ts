import { z } from 'zod'
import type { Job } from './Job.ts'

export interface ParameterFacts {
  readonly name: string
  /** `string`, `number`, ... or the values that it takes. */
  readonly type: string
  /** Undefined: it has to be given. */
  readonly default: unknown
  readonly description: string
}

/** A job for people and for JSON. */
export interface JobFacts {
  readonly name: string
  readonly description: string
  readonly schedule: string | null
  readonly cluster: string
  readonly parameters: readonly ParameterFacts[]
}

interface ParameterSchema {
  readonly type?: string | readonly string[]
  readonly enum?: readonly unknown[]
  readonly anyOf?: readonly ParameterSchema[]
  readonly default?: unknown
  readonly description?: string
}

export function jobFacts({ name, describe, params, schedule, cluster }: Job): JobFacts {
  const schema = z.toJSONSchema(params, { io: 'input', unrepresentable: 'any' })
  const properties = Object.entries((schema.properties ?? {}) as Record<string, ParameterSchema>)
  const { type, count, spot = false } = cluster.workers
  const types = typeof type === 'string' ? type : type.join(' or ')
  return {
    name,
    description: describe,
    schedule: schedule === null ? null : `${schedule.expression} ${schedule.timezone}`,
    cluster: `${cluster.release}, ${count} x ${types}${spot ? ', spot' : ''}`,
    parameters: properties.map(([name, property]) => ({
      name,
      type: typeText(property),
      default: property.default,
      description: property.description ?? '',
    })),
  }
}

function typeText({ type = 'any', enum: values, anyOf }: ParameterSchema): string {
  if (values !== undefined) return values.join('|')
  if (anyOf !== undefined) return anyOf.map(typeText).join('|')
  return typeof type === 'string' ? type : type.join('|')
}
