/**
 * The sum of parts, pair by pair as a tree: the same whatever order they came in, and with rounding errors that grow with the tree's
 * height only.
 * @param parts by their numbers; at least one
 */
export function sumParts<T>(parts: ReadonlyMap<number, T>, add: (a: T, b: T) => T): T {
  let level = [...parts].sort(([a], [b]) => a - b).map(([, sums]) => sums)
  while (level.length > 1) {
    const above: T[] = []
    for (let at = 0; at < level.length; at += 2) {
      const [left, right] = level.slice(at, at + 2) as [T, T?]
      above.push(right === undefined ? left : add(left, right))
    }
    level = above
  }
  const [sum] = level
  if (sum === undefined) throw new Error('there are no parts to sum')
  return sum
}
