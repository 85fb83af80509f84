import { pipeline } from 'node:stream/promises'
import yargs, { type Options } from 'yargs'
import { codeVersion } from '../base/codeVersion.ts'
import { HubError, toError } from '../base/HubError.ts'
import { type Answer, type Command, commandWords, commonOptions } from './Command.ts'
import { commandNames, groups, loadCommands } from './commands.ts'
import { errorCalls, errorMessage } from './errorText.ts'
import { openTerminal } from './Terminal.ts'
import { checkValues, usageError } from './usage.ts'

/**
 * The command line: runs one command, prints its answer on stdout and sets the exit code: 0 done, 1 failed, 2 the user's mistake.
 * @param argv the arguments after the program's name
 */
export async function main(argv: readonly string[]): Promise<void> {
  const wantsJson = argv.some(arg => arg === '--json' || arg === '--json=true')
  const abort = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () =>
      abort.abort(
        new HubError({
          code: 'interrupted',
          message: `stopped by ${signal}`,
          hint: 'finished work is kept: run the same command again to go on',
        }),
      ),
    )
  process.stdout.on('error', thrown => {
    // The reader of a pipe went away (head, less): nobody is left to tell.
    if ((thrown as NodeJS.ErrnoException).code === 'EPIPE') process.exit(0)
    throw thrown
  })
  try {
    const commands = await loadCommands(argv)
    const program = yargs([...argv])
      .scriptName('imagehub')
      .usage('$0 <command> — a hub for crowdsourced, labelled images')
      .version(codeVersion())
      .strict()
      .strictCommands()
      .help()
      .alias('help', 'h')
      .group(['help', 'version'], 'Common options:')
      .wrap(Math.min(110, process.stdout.columns || 100))
      .fail((message, error) => {
        throw usageError({ message, error, argv, commands, commandNames })
      })
    addCommands(program, commands, abort.signal)
    if (argv.length === 0) {
      process.stderr.write(`${await program.getHelp()}\n`)
      process.exitCode = 2
    } else await program.parseAsync()
  } catch (thrown) {
    report(toError(thrown), wantsJson)
  }
}

type Program = ReturnType<typeof yargs>

function addCommands(program: Program, commands: readonly Command[], signal: AbortSignal): void {
  const added = new Set<string>()
  for (const command of commands) {
    const [group = '', ...rest] = commandWords(command)
    if (rest.length === 0) addCommand(program, command, signal)
    else if (!added.has(group)) {
      added.add(group)
      program.command(`${group} <action>`, groups[group] ?? '', builder => {
        for (const member of commands)
          if (commandWords(member)[0] === group)
            addCommand(builder, { ...member, name: member.name.slice(group.length + 1) }, signal)
        return builder.demandCommand(1)
      })
    }
  }
}

function addCommand(program: Program, command: Command, signal: AbortSignal): void {
  const options: Record<string, Options> = { ...command.options, ...commonOptions }
  program.command(
    command.name,
    command.describe,
    builder => {
      const positionals = new Set([...command.name.matchAll(/[<[]([a-z-]+)/g)].map(match => match[1] ?? ''))
      for (const [name, option] of Object.entries(options))
        if (positionals.has(name))
          builder.positional(name, option as Parameters<typeof builder.positional>[1])
        else
          builder.option(name, { ...option, group: name in commonOptions ? 'Common options:' : 'Options:' })
      return builder.epilogue(examplesText(command))
    },
    async args => {
      checkValues(options, args)
      const given = args as unknown as Parameters<Command['run']>[0]
      using terminal = openTerminal({ quiet: given.quiet || given.json, signal })
      await print(await command.run(given, terminal), given.json)
    },
  )
}

/** Below each other: beside each other, as yargs prints examples, they wrap. */
function examplesText({ examples = [] }: Command): string {
  const lines = examples.map(([line, what]) => `  ${line.replace('$0', 'imagehub')}\n      ${what}`)
  return lines.length === 0 ? '' : `Examples:\n${lines.join('\n')}`
}

async function print(answer: Answer, asJson: boolean): Promise<void> {
  if ('stream' in answer) await pipeline(answer.stream, process.stdout, { end: false })
  else {
    const text = asJson ? JSON.stringify(answer.json, null, 2) : answer.text
    if (text !== '') process.stdout.write(text.endsWith('\n') ? text : `${text}\n`)
  }
  process.exitCode = answer.exitCode ?? 0
}

function report(error: Error, asJson: boolean): void {
  const known = error instanceof HubError ? error : undefined
  process.exitCode = known?.fault === 'user' ? 2 : 1
  if (asJson) {
    const { code, hint } = known ?? { code: 'failed', hint: undefined }
    process.stdout.write(
      `${JSON.stringify({ error: { code, message: errorMessage(error), hint } }, null, 2)}\n`,
    )
  } else {
    process.stderr.write(`imagehub: ${errorMessage(error)}\n`)
    if (known?.hint !== undefined) process.stderr.write(`  ${known.hint}\n`)
  }
  // What nobody foresaw is for its developers: they need the stack.
  process.stderr.write(errorCalls(error))
}
