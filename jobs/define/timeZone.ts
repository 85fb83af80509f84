import { userError } from '../../base/HubError.ts'

/** Clocks of a region. Instants are milliseconds since 1970 UTC; a local time is the instant at which clocks in UTC show the same. */
export interface TimeZone {
  /** IANA name, as given. */
  readonly name: string
  localOf(instant: number): number
  /** The first instant at which clocks show it. @returns null: they leave it out, where they are put forward */
  instantOf(local: number): number | null
}

const dayMs = 86_400_000
/** Of EventBridge Scheduler. */
const mostCharacters = 50

/**
 * A time zone by its IANA name, from the database that comes with Node.
 * @throws HubError `bad_timezone`
 */
export function timeZone(name: string): TimeZone {
  const format = formatOf(name)
  const offset = (instant: number) => {
    const [, sign, hours, minutes, seconds = 0] =
      /GMT([+-])(\d+):(\d+)(?::(\d+))?$/.exec(format.format(instant)) ?? []
    const magnitude = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)
    return sign === undefined ? 0 : (sign === '-' ? -magnitude : magnitude) * 1000
  }
  const localOf = (instant: number) => instant + offset(instant)
  return {
    name,
    localOf,
    instantOf(local) {
      // No zone is a day away from UTC, and none has changed its clocks twice within two days.
      const [before, after] = [offset(local - dayMs), offset(local + dayMs)]
      if (before === after) return local - before
      const earlier = local - Math.max(before, after)
      const later = local - Math.min(before, after)
      return [earlier, later].find(instant => localOf(instant) === local) ?? null
    },
  }
}

function formatOf(name: string): Intl.DateTimeFormat {
  const allowed = 'give an IANA name, such as UTC, Europe/Berlin or America/New_York'
  // Offsets are no names, though Intl takes them.
  if (name.length > mostCharacters || !/^[A-Za-z]/.test(name)) throw badTimeZone(name, allowed)
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' })
  } catch (error) {
    throw badTimeZone(name, allowed, error)
  }
  // Intl reads names in any case; the database has them in one.
  const known = format.resolvedOptions().timeZone
  if (known !== name && known.toLowerCase() === name.toLowerCase())
    throw badTimeZone(name, `did you mean ${known}?`)
  return format
}

function badTimeZone(name: string, allowed: string, cause?: unknown) {
  return userError('bad_timezone', `${JSON.stringify(name.slice(0, 100))} is no time zone`, allowed, cause)
}
