import { HubError } from '../../../base/HubError.ts'
import type { ColumnType } from '../../../tables/column.ts'

/** Changes whenever driver, archive and stage bundle of different versions would misunderstand each other. */
export const commandProtocol = 1

/** Name, type, and whether it may be null. */
export type OutputColumn = readonly [name: string, type: ColumnType, nullable: boolean]

/** What the driver tells the workers to run: the command bytes of the Python function, as UTF-8 JSON. */
export interface StageCommand {
  readonly protocol: typeof commandProtocol
  /** Name of the stage, for messages. */
  readonly stage: string
  /** Name of the stage's bundle among the job's files, or an absolute path. */
  readonly bundle: string
  readonly params: unknown
  /** Names of parameters, and the file of each among the job's files, or an absolute path: the stage gets the path on its machine. */
  readonly files?: Readonly<Record<string, string>>
  /**
   * `map`: one output batch for each input batch, with as many rows. `aggregate`: any output.
   */
  readonly kind: 'map' | 'aggregate'
  /** `map`: input columns that the stage does not see and that follow its output unchanged. */
  readonly carry: readonly string[]
  /** When a stage that gives nothing is taken for one that hangs. @default what the worker's environment says */
  readonly stageSeconds?: number
  /** What the stage gives, without carried columns. */
  readonly output: readonly OutputColumn[]
}

export function encodeStageCommand(command: StageCommand): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(command))
}

/** @throws HubError `bad_command`, `protocol_mismatch` */
export function decodeStageCommand(bytes: Uint8Array): StageCommand {
  const command = parse(new TextDecoder().decode(bytes))
  const { protocol, stage, bundle, files = {}, kind, carry, output } = command
  if (protocol !== commandProtocol)
    throw new HubError({
      code: 'protocol_mismatch',
      message: `the driver speaks protocol ${JSON.stringify(protocol)} to its workers, this worker speaks ${commandProtocol}`,
      hint: 'use the worker archive of the same version of imagehub as the driver',
    })
  if (typeof stage !== 'string' || typeof bundle !== 'string')
    throw badCommand('no names of stage and bundle')
  if (kind !== 'map' && kind !== 'aggregate') throw badCommand(`the kind ${JSON.stringify(kind)}`)
  if (!isRecord(files) || !Object.values(files).every(file => typeof file === 'string'))
    throw badCommand('files that are no names')
  if (!Array.isArray(carry) || !carry.every(name => typeof name === 'string')) throw badCommand('no carry')
  if (!Array.isArray(output) || !output.every(isColumn)) throw badCommand('no output columns')
  if (kind === 'aggregate' && carry.length > 0)
    throw badCommand('columns to carry through an aggregate, whose rows are no longer those of the input')
  return command as unknown as StageCommand
}

function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text)
    if (isRecord(value)) return value
  } catch (cause) {
    throw badCommand('no JSON', cause)
  }
  throw badCommand('no JSON object')
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isColumn(value: unknown): boolean {
  if (!Array.isArray(value)) return false
  const [name, type, nullable] = value
  return typeof name === 'string' && typeof type === 'string' && typeof nullable === 'boolean'
}

function badCommand(found: string, cause?: unknown): HubError {
  return new HubError({
    code: 'bad_command',
    message: `the command of a Spark task is not one of imagehub: it has ${found}`,
    hint: 'set spark.sql.execution.pyspark.python for sessions of imagehub alone',
    cause,
  })
}
