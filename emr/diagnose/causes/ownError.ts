import type { Match } from '../Cause.ts'

/** Before the code where an error is told in words; a code in the middle of another text is none. */
const lineBegin = '(?:^|^imagehub: |Exception: )'

/** Before `"code"` in the line for drivers and in the document of `--json`. */
const jsonBegin = '(?:imagehub-error: \\{|^ {1,8}|\\{"error": ?\\{)'

/** What an error of imagehub says, wherever it is printed. */
export interface OwnError {
  readonly message: string
  readonly hint: string | undefined
}

/**
 * How an error with one of the codes (alternatives of a regular expression) looks: `code: message`, as drivers and Spark print it, and the
 * JSON of `imagehub-error:` lines and of `--json`.
 * @param said how the message begins, where `imagehub: message` is all that is printed
 */
export function ownErrorPatterns(codes: string, said?: string, group = 'code'): RegExp[] {
  return [
    new RegExp(`${lineBegin}(?<${group}>${codes}): (?<message>.{1,600})`),
    new RegExp(`${jsonBegin}"code": ?"(?<${group}>${codes})"`),
    ...(said === undefined
      ? []
      : [
          new RegExp(
            `(?<${group}>imagehub): (?:on Spark: )?(?:stage [\\w.-]{1,60}: )?(?<message>${said}.{0,600})`,
          ),
        ]),
  ]
}

/** The same for errors that are mistakes of who asked, under causes that others tell of too: told so, they rank as `asked`. */
export function askedErrorPatterns(codes: string, said?: string): RegExp[] {
  return ownErrorPatterns(codes, said, 'asked')
}

/** Reads message and hint of a line that such a pattern matched. */
export function readOwnError({ groups, line, next }: Match): OwnError {
  const json = [line, ...next].join('\n')
  const message = groups.message ?? jsonField(json, 'message') ?? ''
  const indented = next[0] !== undefined && /^ {2}\S/.test(next[0]) ? next[0].trim() : undefined
  return { message: firstLine(message), hint: jsonField(json, 'hint') ?? indented }
}

/** Message of an error of ours as a sentence's end. */
export function said(match: Match): string {
  return readOwnError(match).message.replace(/(?:; its log ends)?[.,:;!\s]+$/, '')
}

function jsonField(json: string, name: string): string | undefined {
  const text = new RegExp(`"${name}": ?"((?:[^"\\\\]|\\\\.){1,600})`).exec(json)?.[1]
  return text?.replaceAll(/\\(["\\/])/g, '$1')
}

function firstLine(message: string): string {
  return message.split(/\n|\\n/, 1)[0] ?? ''
}
