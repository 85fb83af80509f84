import type { Evidence } from './Diagnosis.ts'

const most = 5

const startsError =
  /\b(?:ERROR|FATAL)\b|(?:^|[\s.])\w{0,80}(?:Exception|Error)(?::|$)|^Traceback|: (?:command not found|No such file)|[Ff]atal:/
const innermost = /^\s{0,40}(?:Caused by|caused by): /
const ofStack = /^\s{1,40}(?:at |\.\.\. \d)/

/** The first errors of logs: of a stack its innermost cause, not those around it. */
export class FirstErrors {
  readonly #errors: Evidence[] = []
  #open = false

  /** @param evidence makes the line fit to be kept */
  note(line: string, evidence: () => Evidence): void {
    if (ofStack.test(line)) return
    if (innermost.test(line)) {
      if (this.#open) this.#errors.pop()
      if (this.#open || this.#errors.length < most) this.#keep(evidence())
    } else if (startsError.test(line)) {
      this.#open = false
      if (this.#errors.length < most) this.#keep(evidence())
    }
  }

  /** What follows is of another file. */
  endFile(): void {
    this.#open = false
  }

  all(): readonly Evidence[] {
    return this.#errors
  }

  #keep(evidence: Evidence): void {
    this.#open = true
    if (this.#errors.some(({ text }) => text === evidence.text)) this.#open = false
    else this.#errors.push(evidence)
  }
}
