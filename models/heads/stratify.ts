import { userError } from '../../base/HubError.ts'
import { Random } from './Random.ts'

export interface StratifyOptions {
  /** One for each row, all different. The outcome depends on the ids, not on the order of the rows. */
  readonly ids: readonly string[]
  /** The class, or the classes, of each row. */
  readonly classes: readonly (string | readonly string[])[]
  /** Rows of the same group stay together. @default every row by itself */
  readonly groups?: readonly string[] | undefined
  readonly seed: number
}

interface Group {
  readonly rows: number[]
  /** Rows of each class in the group, by class index. */
  readonly counts: Map<number, number>
}

/**
 * Deals rows into parts of given shares so that every class is shared out alike: iterative stratification (Sechidis, Tsoumakas and
 * Vlahavas 2011, https://doi.org/10.1007/978-3-642-23808-6_10), groups in place of rows. The rarest class goes first, its largest
 * groups first, each group to the part that still lacks most of its class. With every row by itself and one class a row, each
 * class is within one row of its share.
 * @param shares sum to 1
 * @param whole a part that gets at least one group of every class, whatever the shares: the one to train on
 * @returns the part of each row
 * @throws HubError `bad_split` where ids repeat or lengths differ
 */
export function stratify(options: StratifyOptions, shares: readonly number[], whole?: number): Int32Array {
  const { groups, classCount } = groupRows(options)
  const totals = new Float64Array(classCount)
  for (const { counts } of groups) {
    for (const [index, count] of counts) totals[index] = (totals[index] as number) + count
  }
  const keyed = new Random(options.seed).shuffle(groups).map(group => {
    const rarest = [...group.counts.keys()].sort(
      (a, b) => (totals[a] as number) - (totals[b] as number) || a - b,
    )[0]
    return {
      group,
      rarest,
      rarity: rarest === undefined ? Number.POSITIVE_INFINITY : (totals[rarest] as number),
    }
  })
  keyed.sort((a, b) => a.rarity - b.rarity || b.group.rows.length - a.group.rows.length)

  const lacking = quotas(totals, shares)
  const lackingRows = shares.map(share => share * options.ids.length)
  const parts = new Int32Array(options.ids.length)
  const inWhole = new Set<number>()
  for (const { group, rarest } of keyed) {
    const isMissing = whole !== undefined && [...group.counts.keys()].some(index => !inWhole.has(index))
    const part = isMissing ? whole : neediest(rarest, lacking, lackingRows)
    for (const row of group.rows) parts[row] = part
    const quota = lacking[part] as Float64Array
    for (const [index, count] of group.counts) {
      quota[index] = (quota[index] as number) - count
      if (part === whole) inWhole.add(index)
    }
    lackingRows[part] = (lackingRows[part] as number) - group.rows.length
  }
  return parts
}

/** The part that lacks most of a class; of equals, and for rows without a class, the one that lacks most rows. */
function neediest(
  index: number | undefined,
  lacking: readonly Float64Array[],
  lackingRows: readonly number[],
): number {
  const needs = lackingRows.map((rows, part) => {
    return { part, rows, need: index === undefined ? 0 : (lacking[part]?.[index] as number) }
  })
  return needs.reduce((best, other) => {
    const isNeedier = other.need > best.need || (other.need === best.need && other.rows > best.rows + 1e-9)
    return isNeedier ? other : best
  }).part
}

/**
 * Whole rows of each class for each part. Rows are dealt one after another to the part furthest behind its share, class after
 * class without a break: so a hundred classes of two rows fill a part of a fifth as well as one class of two hundred does.
 */
function quotas(totals: Float64Array, shares: readonly number[]): Float64Array[] {
  const lacking = shares.map(() => new Float64Array(totals.length))
  const dealt = shares.map(() => 0)
  let rows = 0
  totals.forEach((total, index) => {
    for (let row = 0; row < total; row++) {
      rows++
      let behind = 0
      for (let part = 1; part < shares.length; part++) {
        const deficit = (shares[part] as number) * rows - (dealt[part] as number)
        if (deficit > (shares[behind] as number) * rows - (dealt[behind] as number) + 1e-9) behind = part
      }
      dealt[behind] = (dealt[behind] as number) + 1
      const quota = lacking[behind] as Float64Array
      quota[index] = (quota[index] as number) + 1
    }
  })
  return lacking
}

function groupRows({ ids, classes, groups }: StratifyOptions): { groups: Group[]; classCount: number } {
  if (classes.length !== ids.length || (groups !== undefined && groups.length !== ids.length)) {
    throw userError(
      'bad_split',
      `there are ${ids.length} ids, ${classes.length} classes${groups ? `, ${groups.length} groups` : ''}`,
      'give one of each for every row',
    )
  }
  const order = ids.map((id, row) => ({ id, row })).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
  const twin = order.find(({ id }, at) => id === order[at + 1]?.id)
  if (twin !== undefined)
    throw userError('bad_split', `two rows have the id ${twin.id}`, 'give each row once')

  const classNames = [...new Set(classes.flat())].sort()
  const classIndex = new Map(classNames.map((name, index) => [name, index]))
  const byName = new Map<string, Group>()
  for (const { id, row } of order) {
    const name = groups === undefined ? id : (groups[row] as string)
    const group: Group = byName.get(name) ?? { rows: [], counts: new Map() }
    byName.set(name, group)
    group.rows.push(row)
    for (const label of [classes[row] ?? []].flat()) {
      const index = classIndex.get(label) as number
      group.counts.set(index, (group.counts.get(index) ?? 0) + 1)
    }
  }
  return { groups: [...byName.values()], classCount: classNames.length }
}
