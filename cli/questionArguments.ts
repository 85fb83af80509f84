import type { Options } from 'yargs'
import type { Question } from '../operations/question.ts'
import { namedValues } from './namedValues.ts'

/** A named query, and values for it or for a statement. */
export const questionOptions = {
  query: { type: 'string', describe: 'a named query in place of a statement', requiresArg: true },
  param: {
    type: 'string',
    array: true,
    nargs: 1,
    default: [],
    describe: 'NAME=VALUE for a parameter $NAME',
    requiresArg: true,
  },
} as const satisfies Record<string, Options>

/** @throws HubError `bad_option` */
export function questionOf(args: {
  readonly statement: string | undefined
  readonly query: string | undefined
  readonly param: readonly string[]
}): Question {
  return {
    ...(args.statement === undefined ? {} : { sql: args.statement }),
    ...(args.query === undefined ? {} : { query: args.query }),
    parameters: namedValues('--param', args.param),
  }
}
