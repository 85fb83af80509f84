/** Keys in byte order: those after `after`, up to and with `until`; what is left out does not bound. */
export interface KeyRange {
  readonly after?: string | undefined
  readonly until?: string | undefined
}

const cutsPerPlace = 16
const maxCuts = 64
const digits = '0123456789'
const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** S3's order of keys: that of their UTF-8 bytes, not that of JavaScript's UTF-16. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

/** Cuts a range at those of the keys that lie inside it, or at `most` of them, evenly chosen; the parts are together exactly the range. */
export function cutRange(range: KeyRange, keys: readonly string[], most: number): KeyRange[] {
  const { after, until } = range
  const inside = [...new Set(keys)]
    .filter(
      key =>
        (after === undefined || compareKeys(key, after) > 0) &&
        (until === undefined || compareKeys(key, until) < 0),
    )
    .sort(compareKeys)
  const chosen = evenly(inside, most)
  return [after, ...chosen].map((start, i) => ({ after: start, until: chosen[i] ?? until }))
}

/**
 * Guesses where the keys that follow `last` may be cut, from what it has in common with an earlier one of the same folder: that, and each
 * further digit or letter at the place where they differ and at those before it. `IMG_0000` and `IMG_0199` give `IMG_02` … `IMG_09`,
 * `IMG_1` … `IMG_9`.
 */
export function guessCuts(folder: string, first: string, last: string): string[] {
  const slash = last.indexOf('/', folder.length)
  const name = slash < 0 ? last : last.slice(0, slash)
  let common = folder.length
  while (common < name.length && name[common] === first[common]) common += 1
  const characters = charactersOf([last.slice(common), first.slice(common)])
  const cuts: string[] = []
  for (let place = common; place >= folder.length && cuts.length < maxCuts; place -= 1) {
    const later = characters.filter(character => character > (name[place] ?? ''))
    cuts.push(...evenly(later, cutsPerPlace).map(character => name.slice(0, place) + character))
  }
  return cuts
}

/** The characters that names like these go on with: digits, hexadecimal digits, or all letters and digits. */
function charactersOf(names: readonly string[]): string[] {
  const runs = names.map(name => /^[0-9A-Za-z]*/.exec(name)?.[0]).join('')
  if (/^\d*$/.test(runs)) return [...digits]
  if (/^[\da-f]*$/.test(runs)) return [...digits, ...'abcdef']
  if (/^[\dA-F]*$/.test(runs)) return [...digits, ...'ABCDEF']
  return [...alphanumeric]
}

function evenly<T>(items: readonly T[], most: number): T[] {
  if (items.length <= most) return [...items]
  return items.filter(
    (_, i) => Math.floor((i * most) / items.length) !== Math.floor(((i - 1) * most) / items.length),
  )
}
