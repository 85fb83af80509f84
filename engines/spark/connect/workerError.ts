import { HubError } from '../../../base/HubError.ts'
import { reportMark } from '../worker/ErrorReport.ts'

/**
 * The error that a worker process reported, when one of the texts holds its line `imagehub-error: {"code", "fault", "message", "hint",
 * "stack"}`. Servers cut long texts: of a line cut off in the middle what is readable is taken.
 */
export function workerError(texts: readonly string[]): HubError | undefined {
  const found = texts.map(readLine).filter(fields => fields !== undefined)
  const fields = found.find(({ whole }) => whole) ?? found[0]
  if (fields === undefined) return undefined
  const { code, message, hint, fault, stack } = fields
  const error = new HubError({
    code,
    message,
    fault: fault === 'user' ? 'user' : 'system',
    ...(hint === undefined ? {} : { hint }),
  })
  if (stack !== undefined) error.stack = stack
  return error
}

interface Fields {
  readonly whole: boolean
  readonly code: string
  readonly message: string
  readonly hint: string | undefined
  readonly fault: string | undefined
  readonly stack: string | undefined
}

function readLine(text: string): Fields | undefined {
  const start = text.indexOf(reportMark)
  if (start < 0) return undefined
  const line = (text.slice(start + reportMark.length).split('\n', 1)[0] ?? '').trim()
  const parsed = parse(line)
  const field = (name: string) => (parsed === undefined ? salvage(line, name) : textOf(parsed[name]))
  // The line before says the same in words, and is cut later.
  const [, toldCode, toldMessage] = /(?:^|\s)([a-z][a-z0-9_]*): ([^\n]*)\n$/.exec(text.slice(0, start)) ?? []
  const code = (parsed === undefined ? toldCode : undefined) ?? field('code')
  const message = (parsed === undefined ? toldMessage : undefined) ?? field('message')
  if (code === undefined || message === undefined) return undefined
  return {
    whole: parsed !== undefined,
    code,
    message,
    hint: field('hint'),
    fault: field('fault'),
    stack: field('stack'),
  }
}

function parse(line: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : undefined)

/** A string field of JSON that ends too early; the field may be the one that was cut. */
function salvage(line: string, name: string): string | undefined {
  const match = new RegExp(`"${name}"\\s*:\\s*"((?:[^"\\\\]|\\\\.)*)("?)`).exec(line)
  if (match === null) return undefined
  const [, body = '', end = ''] = match
  try {
    const text: unknown = JSON.parse(`"${body}"`)
    return typeof text === 'string' ? text + (end === '' ? '...' : '') : undefined
  } catch {
    return undefined
  }
}
