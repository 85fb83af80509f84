import { HubError } from '../base/HubError.ts'

/**
 * An error's message for people. What nobody foresaw comes in one line, without the native stack that DuckDB appends to the message of
 * an internal error.
 */
export function errorMessage(error: Error): string {
  if (error instanceof HubError) return error.message
  const [said = ''] = error.message.split(/\s*Stack Trace:/, 1)
  return said.trim().replaceAll(/\s*\n\s*/g, ' ')
}

/** Where an error that nobody foresaw came from, for its developers: the calls alone, without the message. */
export function errorCalls(error: Error): string {
  if (error instanceof HubError) return ''
  const lines = (error.stack ?? '').split('\n')
  return lines.flatMap(line => (/^ +at .*(:\d+|>|native)\)?$/.test(line) ? [`${line}\n`] : [])).join('')
}
