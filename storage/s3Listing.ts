import { type RetryPolicy, retry } from './retryPolicy.ts'
import type { ObjectInfo } from './Storage.ts'
import type { S3Connection } from './s3Connection.ts'
import { traverse, type Visitor } from './traverse.ts'

/** The keys of one level below a prefix, in byte order: those after `after`, up to and with `until`. */
export interface KeyRange {
  readonly prefix: string
  readonly after?: string | undefined
  readonly until?: string | undefined
}

export interface S3ListingOptions {
  readonly connection: S3Connection
  readonly prefix: string
  readonly concurrency: number
  readonly policy: RetryPolicy
  readonly signal?: AbortSignal | undefined
}

/** Pages of a range that are read before it is split: splitting costs requests that a small range does not repay. */
const pagesBeforeSplit = 2
const cutsPerPlace = 16
const maxCuts = 64
const digits = '0123456789'
const alphanumeric = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/**
 * Every object below a prefix: sub-prefixes up to the next `/` are listed at once, and so are ranges of a long flat level. A page is all
 * that is held of each listing.
 */
export function s3Listing(options: S3ListingOptions): AsyncGenerator<ObjectInfo> {
  const { connection, prefix, concurrency, policy, signal } = options
  // Directory buckets of S3 Express list in no order, so that their levels cannot be split.
  const ordered = !connection.bucket.endsWith('--x-s3')

  const visit = async (range: KeyRange, visitor: Visitor<KeyRange, ObjectInfo>): Promise<void> => {
    const within = (key: string) => range.until === undefined || compareKeys(key, range.until) <= 0
    const request = { prefix: range.prefix, delimiter: '/' }
    let first: string | undefined
    let token: string | undefined
    for (let pages = 1; ; pages += 1) {
      const page = await retry(
        policy,
        s =>
          connection.listPage(
            { ...request, ...(token === undefined ? { after: range.after } : { token }) },
            s,
          ),
        { signal: visitor.signal },
      )
      await visitor.emit(page.objects.filter(object => within(object.key) && !isFolderMarker(object)))
      for (const below of page.prefixes) {
        // A range that begins after a sub-prefix finds it again: its keys do come later.
        if (within(below) && below !== range.after) await visitor.spawn({ prefix: below })
      }
      const names = [page.objects[0]?.key, page.prefixes[0], page.objects.at(-1)?.key, page.prefixes.at(-1)]
      const sorted = names.filter(name => name !== undefined).sort(compareKeys)
      const last = sorted.at(-1)
      first ??= sorted[0]
      const more = page.next !== null && (last === undefined || (within(last) && last !== range.until))
      if (!more) return
      if (
        ordered &&
        pages >= pagesBeforeSplit &&
        visitor.idle() &&
        first !== undefined &&
        last !== undefined
      ) {
        const ranges = splitRange({ ...range, after: last }, first)
        if (ranges.length > 1) {
          for (const part of ranges) await visitor.spawn(part)
          return
        }
      }
      token = page.next ?? undefined
    }
  }
  return traverse({ start: { prefix }, visit, concurrency, signal })
}

/**
 * Cuts what is left of a level into ranges that together are exactly it. The cuts keep what the keys seen so far (from `first` to
 * `range.after`) have in common and go on with each further digit or letter, at that place and at those before it, so that
 * `IMG_0001999` gives `IMG_0002` … `IMG_0009`, `IMG_001` … `IMG_009`, `IMG_01` … and so on.
 */
export function splitRange(range: KeyRange & { readonly after: string }, first: string): KeyRange[] {
  const { prefix, after, until } = range
  const slash = after.indexOf('/', prefix.length)
  const level = slash < 0 ? after : after.slice(0, slash)
  let common = prefix.length
  while (common < level.length && level[common] === first[common]) common += 1
  const characters = charactersOf([after.slice(common), first.slice(common)])
  const cuts: string[] = []
  for (let place = common; place >= prefix.length && cuts.length < maxCuts; place -= 1) {
    const here = after[place] ?? ''
    const later = characters.filter(character => character > here)
    const step = Math.ceil(later.length / cutsPerPlace)
    cuts.push(...later.filter((_, i) => i % step === 0).map(character => level.slice(0, place) + character))
  }
  const inside = [...new Set(cuts)]
    .filter(cut => compareKeys(cut, after) > 0 && (until === undefined || compareKeys(cut, until) < 0))
    .sort(compareKeys)
  const starts = [after, ...inside]
  return starts.map((start, i) => ({ prefix, after: start, until: starts[i + 1] ?? until }))
}

/** The characters that names like these go on with: digits, hexadecimal digits, or all letters and digits. */
function charactersOf(names: readonly string[]): string[] {
  const runs = names.map(name => /^[0-9A-Za-z]*/.exec(name)?.[0]).join('')
  if (/^\d*$/.test(runs)) return [...digits]
  if (/^[\da-f]*$/.test(runs)) return [...digits, ...'abcdef']
  if (/^[\dA-F]*$/.test(runs)) return [...digits, ...'ABCDEF']
  return [...alphanumeric]
}

function isFolderMarker(object: ObjectInfo): boolean {
  return object.bytes === 0 && object.key.endsWith('/')
}

/** S3's order of keys: that of their UTF-8 bytes, not that of JavaScript's UTF-16. */
export function compareKeys(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}
