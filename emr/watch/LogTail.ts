/**
 * What is new in a text that is the end of a growing log, so that its beginning goes away while lines come. A line counts when it has
 * ended.
 */
export class LogTail {
  #known: readonly string[] = []
  #rest = ''

  /** The lines that were not there the last time. Where none of the known ones are left, a line `...` comes first. */
  next(text: string): string[] {
    const lines = text.split('\n')
    this.#rest = lines.pop() ?? ''
    const known = this.#known
    if (lines.length === 0) return []
    this.#known = lines
    if (known.length === 0) return lines
    // The longest end of what is known that the text begins with.
    for (let from = 0; from < known.length; from += 1)
      if (startsWith(lines, known, from)) return lines.slice(known.length - from)
    return ['...', ...lines]
  }

  /** What stands behind the last line: the end of a log that does not end one. */
  end(): string[] {
    const rest = this.#rest
    this.#rest = ''
    return rest === '' ? [] : [rest]
  }
}

function startsWith(lines: readonly string[], known: readonly string[], from: number): boolean {
  const count = known.length - from
  if (count > lines.length) return false
  // The first line may be cut.
  const [first = ''] = lines
  if (!(known[from] ?? '').endsWith(first) || (first === '' && known[from] !== '')) return false
  for (let at = 1; at < count; at += 1) if (lines[at] !== known[from + at]) return false
  return true
}
