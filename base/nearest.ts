/**
 * What a person may have meant by a name that is none of the candidates: up to five that hold it as a word, begin with it, or are
 * within a third of its length in edits, nearest first.
 */
export function nearest(name: string, candidates: readonly string[]): string[] {
  const limit = Math.max(1, Math.floor(name.length / 3))
  return candidates
    .map(candidate => ({
      candidate,
      distance: isPart(name, candidate) ? 0.5 : editDistance(name, candidate, limit),
    }))
    .filter(({ distance }) => distance <= limit)
    .sort(
      (a, b) =>
        a.distance - b.distance ||
        a.candidate.length - b.candidate.length ||
        (a.candidate < b.candidate ? -1 : 1),
    )
    .slice(0, 5)
    .map(({ candidate }) => candidate)
}

function isPart(name: string, candidate: string): boolean {
  return (name.length > 1 && candidate.startsWith(name)) || candidate.split(/[ ()]+/).includes(name)
}

/** Levenshtein distance, or Infinity beyond a limit. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return Number.POSITIVE_INFINITY
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    for (let j = 1; j <= b.length; j++) {
      const substituted = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(substituted, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    if (Math.min(...row) > limit) return Number.POSITIVE_INFINITY
    previous = row
  }
  return previous[b.length] ?? 0
}
