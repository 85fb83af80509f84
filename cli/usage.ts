import type { Options } from 'yargs'
import { type HubError, toError, userError } from '../base/HubError.ts'
import { nearest } from '../base/nearest.ts'
import { type Command, commandWords, commonOptions } from './Command.ts'

export interface UsageProblem {
  /** What the parser of the command line says. */
  readonly message: string | null
  readonly error: Error | undefined
  readonly argv: readonly string[]
  /** Those that were loaded. */
  readonly commands: readonly Command[]
  /** The words of all. */
  readonly commandNames: readonly string[]
}

/** What is wrong with a command line, with what was perhaps meant. An error that a command threw comes back as it is. */
export function usageError({ message, error, argv, commands, commandNames }: UsageProblem): Error {
  if (error !== undefined && error.name !== 'YError') return error
  const said = message ?? toError(error).message
  const words = argv.filter(arg => !arg.startsWith('-'))
  // A job may be named as a command is.
  const command =
    commands.find(known => commandWords(known).every((word, index) => argv[index] === word)) ??
    commands.find(known => commandWords(known).every(word => argv.includes(word)))
  if (command === undefined) {
    const group =
      commandNames.find(name => name.startsWith(`${words[0]} `)) === undefined ? '' : `${words[0]} `
    const [first = '', second = ''] = words
    const tried = group === '' ? first : second
    const names = [
      ...new Set(
        commandNames
          .filter(name => name.startsWith(group))
          .map(name => name.slice(group.length).split(' ')[0] ?? ''),
      ),
    ]
    if (tried === '' && group !== '')
      return userError('usage', `${group.trim()} needs an action`, `the actions are ${names.join(', ')}`)
    if (tried !== '')
      return userError(
        'unknown_command',
        `there is no command ${group}${tried}`,
        suggestion(tried, names, '') ?? `the commands are ${names.join(', ')}`,
      )
  }
  const help =
    command === undefined
      ? 'imagehub --help lists the commands'
      : `write imagehub ${command.name} [options]; imagehub ${commandWords(command).join(' ')} --help lists them`
  const known = Object.keys({ ...command?.options, ...commonOptions, help: {}, version: {} })
  const unknown = unknownOption(argv, known)
  if (unknown !== undefined)
    return userError(
      'unknown_option',
      `there is no option --${unknown}`,
      suggestion(unknown, known, '--') ?? help,
    )
  return userError('usage', sentence(said, argv), help)
}

/** @throws HubError `bad_option` for a number that is none, a value that is empty, and one that was given twice */
export function checkValues(options: Readonly<Record<string, Options>>, args: Record<string, unknown>): void {
  for (const [name, option] of Object.entries(options)) {
    const value = args[name]
    if (Array.isArray(value) && option.array !== true)
      throw badOption(`--${name} was given ${value.length} times`, 'give it once')
    if (option.type === 'number' && value !== undefined && !Number.isFinite(value))
      throw badOption(`--${name} is no number`, `it takes a number: ${option.describe}`)
    if (value === '') throw badOption(`--${name} is empty`, `it takes ${option.describe}`)
  }
}

function badOption(message: string, hint: string): HubError {
  return userError('bad_option', message, hint)
}

/** The first `--option` that is none of the known ones; what follows `--` is no option. */
function unknownOption(argv: readonly string[], known: readonly string[]): string | undefined {
  const end = argv.indexOf('--')
  const names = (end < 0 ? argv : argv.slice(0, end)).flatMap(
    arg => /^--(?:no-)?([a-z][\w-]*)/i.exec(arg)?.[1] ?? [],
  )
  return names.find(name => !known.includes(name))
}

function suggestion(name: string, candidates: readonly string[], before: string): string | undefined {
  const near = nearest(name.toLowerCase(), candidates)
  return near.length === 0
    ? undefined
    : `did you mean ${near.map(candidate => before + candidate).join(' or ')}?`
}

/** The parser's message as one sentence that names options as they are typed. */
function sentence(message: string, argv: readonly string[]): string {
  const [, missing] = /^Missing required arguments?: (.+)$/.exec(message) ?? []
  if (missing !== undefined) return `${missing.replaceAll(/[\w-]+/g, '--$&')} is missing`
  const [, valueless] = /^Not enough arguments following: (.+)$/.exec(message) ?? []
  if (valueless !== undefined) return `--${valueless} needs a value`
  const [, argument, given, choices] =
    /Argument: ([\w-]+), Given: (.+), Choices: (.+)/.exec(message.replaceAll('\n', ' ')) ?? []
  if (argument !== undefined)
    return `${argv.includes(`--${argument}`) ? '--' : ''}${argument} is ${given}; it can be ${choices}`
  const [, extra] = /^Unknown (?:command|argument)s?: (.+)$/.exec(message) ?? []
  if (extra !== undefined) return `${extra} is one argument too many`
  if (message.startsWith('Not enough non-option arguments')) return 'an argument is missing'
  return message
}
