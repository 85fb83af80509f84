/** How often something happened, with the first few cases named. */
export interface Cases {
  readonly count: number
  readonly examples: readonly string[]
}

const examplesKept = 5

/** Counts one more case of what happened. */
export function addCase(cases: Partial<Record<string, Cases>>, what: string, example: string): void {
  const { count, examples } = cases[what] ?? { count: 0, examples: [] }
  cases[what] = {
    count: count + 1,
    examples: examples.length < examplesKept ? [...examples, example] : examples,
  }
}
