import { invalidRequest } from './ServiceError.ts'

export interface Page<T> {
  readonly items: T[]
  /** Names the next page; undefined where there is none. */
  readonly marker: string | undefined
}

export interface Paging<T> {
  readonly idOf: (item: T) => string
  /** Of the page before. */
  readonly marker?: string | undefined
  /** @default EMR's 50 */
  readonly size?: number
}

/** The page behind a marker, which keeps its place whatever is put before it. @throws ServiceError for a marker of another listing */
export function pageOf<T>(all: readonly T[], { idOf, marker, size = 50 }: Paging<T>): Page<T> {
  const last = marker === undefined ? undefined : Buffer.from(marker, 'base64url').toString()
  const from = last === undefined ? 0 : all.findIndex(item => idOf(item) === last) + 1
  if (last !== undefined && from === 0) throw invalidRequest('Marker is not valid.')
  const items = all.slice(from, from + size)
  const end = items.at(-1)
  const more = end !== undefined && from + size < all.length
  return { items, marker: more ? Buffer.from(idOf(end)).toString('base64url') : undefined }
}
