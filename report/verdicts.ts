/** In the order in which verdicts are shown everywhere. */
const verdictOrder = ['accepted', 'quarantined', 'rejected', 'failed'] as const

/** The CSS colour of a verdict. */
export function verdictColor(verdict: string): string {
  return (verdictOrder as readonly string[]).includes(verdict) ? `var(--${verdict})` : 'var(--muted)'
}

/** Known verdicts in their order, then others by name. */
export function compareVerdicts(a: string, b: string): number {
  const place = (verdict: string) => {
    const index = (verdictOrder as readonly string[]).indexOf(verdict)
    return index < 0 ? verdictOrder.length : index
  }
  return place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0)
}

/** The colour scale of charts whose colour is the verdict. */
export function verdictScale(verdicts: Iterable<string>) {
  const domain = [...new Set(verdicts)].sort(compareVerdicts)
  return { type: 'ordinal' as const, domain, range: domain.map(verdictColor) }
}
