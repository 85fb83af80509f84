import type { Attempt } from '../runs/RunFiles.ts'
import type { RunStore } from '../runs/RunStore.ts'

export interface NumberedAttempt {
  readonly number: number
  readonly attempt: Attempt
}

/** The attempts of a run have no gaps. `after` one that is known only later ones are read. */
export async function newestAttempt(
  store: RunStore,
  after: NumberedAttempt | null,
): Promise<NumberedAttempt | null> {
  let newest = after
  for (;;) {
    const number = (newest?.number ?? 0) + 1
    const attempt = await store.attempt(number)
    if (attempt === null) return newest
    newest = { number, attempt }
  }
}
