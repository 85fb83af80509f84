/** A key below a LogUri, taken apart: `steps/s-1/stderr.2026-11-24-03.gz` is the part `2026-11-24-03` of the log `steps/s-1/stderr`. */
export interface LogName {
  readonly log: string
  /** Undefined for the newest part, which EMR writes without a time. */
  readonly hour: string | undefined
}

/** Times stand behind a dot or a hyphen, before `.gz` where a part is packed already. */
const form = /^(.+?)(?:[.-](\d{4}-\d{2}-\d{2}(?:-\d{2}){0,2}))?(?:\.gz)?$/

export function logName(key: string): LogName {
  const [, log = key, hour] = form.exec(key) ?? []
  return { log, hour }
}

interface Stored {
  readonly key: string
  /** Microseconds since 1970-01-01T00:00:00Z. */
  readonly modifiedAt: number
}

/** Keys by the log that they are parts of, oldest part first. Of a part that lies there packed and not, the one written last counts. */
export function logParts(stored: readonly Stored[]): ReadonlyMap<string, readonly string[]> {
  const newest = new Map<string, Stored & LogName>()
  for (const { key, modifiedAt } of stored) {
    const name = logName(key)
    const part = `${name.log}\n${name.hour ?? ''}`
    const known = newest.get(part)
    if (known === undefined || modifiedAt > known.modifiedAt) newest.set(part, { key, modifiedAt, ...name })
  }
  // '~' sorts behind every digit.
  const age = ({ hour }: LogName) => hour ?? '~'
  const parts = [...newest.values()].sort((a, b) => (age(a) < age(b) ? -1 : age(a) > age(b) ? 1 : 0))
  return new Map(
    [...Map.groupBy(parts, ({ log }) => log)].map(([log, of]) => [log, of.map(({ key }) => key)] as const),
  )
}
