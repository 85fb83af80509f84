/** Whose fault an error is: `user` errors print no stack and end the command with exit code 2, `system` ones with 1. */
export type Fault = 'user' | 'system'

export interface HubErrorOptions {
  /** Stable, lower-case, snake_case identifier that scripts may match on, for example `missing_column`. */
  code: string
  /** What was wrong, with the value given. */
  message: string
  /** What is allowed and what to change. */
  hint?: string
  fault?: Fault
  cause?: unknown
}

/** The one error class of imagehub: a code, a message that names the value given, a hint that says what to change. */
export class HubError extends Error {
  override readonly name = 'HubError'
  readonly code: string
  readonly hint: string | undefined
  readonly fault: Fault

  constructor({ code, message, hint, fault = 'system', cause }: HubErrorOptions) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.hint = hint
    this.fault = fault
  }
}

/** A mistake of the person or program that called: no stack is shown for it. */
export function userError(code: string, message: string, hint?: string, cause?: unknown): HubError {
  return new HubError({ code, message, fault: 'user', ...(hint === undefined ? {} : { hint }), cause })
}

/** Turns whatever was thrown into an Error, keeping it as the cause when it is not one. */
export function toError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown })
}

/** The system error code (`ENOENT`, `ENOSPC`, ...) of what was thrown, where it has one. */
export function systemCode(thrown: unknown): string | undefined {
  const code = thrown instanceof Error ? (thrown as NodeJS.ErrnoException).code : undefined
  return typeof code === 'string' ? code : undefined
}
