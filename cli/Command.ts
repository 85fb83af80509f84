import type { InferredOptionTypes, Options } from 'yargs'
import type { Terminal } from './Terminal.ts'

/** Options that every command takes. */
export const commonOptions = {
  hub: { type: 'string', describe: 'the hub: a folder or s3://bucket/prefix', requiresArg: true },
  json: { type: 'boolean', default: false, describe: 'print one JSON document on stdout' },
  quiet: { type: 'boolean', default: false, describe: 'print no progress' },
} as const satisfies Record<string, Options>

export type CommonArguments = InferredOptionTypes<typeof commonOptions>

/** What a command has to say: the same facts as a JSON document and as text for people; or one stream that is right for both. */
export type Answer = (
  | { readonly json: unknown; readonly text: string }
  | { readonly stream: AsyncIterable<string> | Iterable<string> }
) & {
  /** @default 0 */
  readonly exitCode?: 0 | 1 | 3 | 4
}

/** One command of the command line. */
export interface Command<O extends Record<string, Options> = Record<string, Options>> {
  /** Name and positionals in yargs' notation: `why <image>`. */
  readonly name: string
  readonly describe: string
  readonly options: O
  readonly examples?: readonly (readonly [command: string, what: string])[]
  run(args: InferredOptionTypes<O> & CommonArguments, terminal: Terminal): Promise<Answer>
}

/** The words that call it: `emr compile`. */
export function commandWords({ name }: Pick<Command, 'name'>): string[] {
  return name.split(' ').filter(word => !/^[<[]/.test(word))
}

export function defineCommand<const O extends Record<string, Options>>(command: Command<O>): Command<O> {
  return command
}
