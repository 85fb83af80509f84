import type { FailureDetails, StepConfig, StepState } from '@aws-sdk/client-emr'
import { newId } from './newId.ts'

/** When something came into a state. */
export interface StateAt<State> {
  readonly state: State
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number
}

export const endedStepStates: ReadonlySet<StepState> = new Set([
  'COMPLETED',
  'CANCELLED',
  'FAILED',
  'INTERRUPTED',
])

export class SimulatedStep {
  readonly id = newId('s')
  readonly config: StepConfig
  readonly history: StateAt<StepState>[] = []
  failure: FailureDetails | undefined
  /** Of those that it was asked to stop by, the sternest. */
  readonly interrupted = new AbortController()
  readonly killed = new AbortController()
  readonly #now: () => number

  constructor(config: StepConfig, now: () => number) {
    this.config = config
    this.#now = now
    this.enter('PENDING')
  }

  get state(): StepState {
    return this.history.at(-1)?.state ?? 'PENDING'
  }

  get hasEnded(): boolean {
    return endedStepStates.has(this.state)
  }

  get createdAt(): number {
    return this.history[0]?.at ?? 0
  }

  /** Also of one that is to be cancelled: undefined before it ran. */
  get startedAt(): number | undefined {
    return this.history.find(({ state }) => state === 'RUNNING')?.at
  }

  get endedAt(): number | undefined {
    return this.hasEnded ? this.history.at(-1)?.at : undefined
  }

  enter(state: StepState): void {
    if (this.state !== state || this.history.length === 0) this.history.push({ state, at: this.#now() })
  }
}
