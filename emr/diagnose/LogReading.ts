import { type Cause, type Match, type Place, type Rank, ranks } from './Cause.ts'
import { causes as everyCause } from './causes.ts'
import type { Evidence, FoundCause } from './Diagnosis.ts'
import { FirstErrors } from './FirstErrors.ts'
import { maskSecrets } from './maskSecrets.ts'
import { withoutControls } from './withoutControls.ts'

/** Lines after a match that it may be explained by. */
const linesAfter = 2

const longestEvidence = 600
const longestSentence = 900
/** Of a step; more of them it does not start. */
const mostApplications = 20

/** What is logged so ended nothing; stack frames repeat what was said. */
const harmless = /^(?:[\d\s\-/:.,TZ]{0,40}(?:\[[^\]]{0,60}\]\s{0,2})?(?:INFO|DEBUG|TRACE)\b|\s{1,40}at )/

interface Finding {
  readonly rank: Rank
  readonly found: FoundCause
}

/** Reads lines of statuses and logs one by one and keeps, of each cause, the first line that tells it. */
export class LogReading {
  readonly firstErrors = new FirstErrors()
  readonly applicationIds = new Set<string>()
  #characters = 0
  readonly #findings = new Map<string, Finding>()
  readonly #causes: ReadonlyMap<Place, readonly Cause[]>

  constructor(causes: readonly Cause[] = everyCause) {
    const places = ['status', 'step', 'container', 'bootstrap', 'node'] as const
    this.#causes = new Map(
      places.map(place => [place, causes.filter(cause => cause.places.includes(place))] as const),
    )
  }

  /** @param batches the lines of one file, in any portions */
  async read(place: Place, file: string, batches: AsyncIterable<readonly string[]>): Promise<void> {
    let window: string[] = []
    let number = 0
    for await (const batch of batches) {
      for (const line of batch) this.#characters += line.length + 1
      window.push(...batch)
      const ready = Math.max(0, window.length - linesAfter)
      for (let at = 0; at < ready; at += 1) this.#line(place, file, number + at + 1, window, at)
      number += ready
      window = window.slice(ready)
    }
    for (let at = 0; at < window.length; at += 1) this.#line(place, file, number + at + 1, window, at)
    this.firstErrors.endFile()
  }

  /** Read so far, of all files. */
  get characters(): number {
    return this.#characters
  }

  /** What was found, the cause first. */
  ranked(): FoundCause[] {
    return this.#ranked().map(({ found }) => found)
  }

  /** The rank of the first. */
  get rank(): Rank | undefined {
    return this.#ranked()[0]?.rank
  }

  /** Sorting is stable: of one rank, what was found first stays first. */
  #ranked(): Finding[] {
    return [...this.#findings.values()].sort((a, b) => order(a.rank) - order(b.rank))
  }

  #line(place: Place, file: string, number: number, lines: readonly string[], at: number): void {
    const line = lines[at] ?? ''
    if (place === 'step' && this.applicationIds.size < mostApplications) {
      const application = /\bapplication_\d{1,15}_\d{1,9}\b/.exec(line)?.[0]
      if (application !== undefined) this.applicationIds.add(application)
    }
    if (harmless.test(line)) return
    const evidence = () => ({
      file: withoutControls(file),
      line: place === 'status' ? undefined : number,
      text: fit(line.trim(), longestEvidence),
    })
    this.firstErrors.note(line, evidence)
    const match = this.#match(place, line)
    if (match === undefined) return
    const { cause, groups } = match
    const rank = groups.asked === undefined ? cause.rank : 'asked'
    const known = this.#findings.get(cause.id)
    if (known !== undefined && order(known.rank) <= order(rank)) return
    const next = lines.slice(at + 1, at + 1 + linesAfter)
    this.#findings.set(cause.id, { rank, found: told(cause, { groups, line, next }, evidence()) })
  }

  #match(
    place: Place,
    line: string,
  ): { readonly cause: Cause; readonly groups: Match['groups'] } | undefined {
    for (const cause of this.#causes.get(place) ?? [])
      for (const pattern of cause.patterns) {
        const found = pattern.exec(line)
        if (found !== null) return { cause, groups: found.groups ?? {} }
      }
    return undefined
  }
}

const order = (rank: Rank) => ranks.indexOf(rank)

function told(cause: Cause, match: Match, evidence: Evidence): FoundCause {
  return {
    cause: cause.id,
    sentence: fit(cause.explain(match), longestSentence),
    change: cause.change,
    sure: cause.sure,
    evidence,
  }
}

/** What people may see of a text. */
function fit(text: string, characters: number): string {
  const shown = maskSecrets(withoutControls(text))
  return shown.length <= characters ? shown : `${shown.slice(0, characters)}...`
}
