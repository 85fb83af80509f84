/** Lets work start in the order it asked, as long as the weights under way stay within a budget; a heavier one runs alone. */
export class WeightedSemaphore {
  readonly #budget: number
  #taken = 0
  #waiting: { readonly weight: number; readonly start: () => void }[] = []

  constructor(budget: number) {
    this.#budget = budget
  }

  async run<T>(weight: number, work: () => Promise<T>): Promise<T> {
    const bounded = Math.min(Math.max(weight, 0), this.#budget)
    await new Promise<void>(start => {
      this.#waiting.push({ weight: bounded, start })
      this.#startWaiting()
    })
    try {
      return await work()
    } finally {
      this.#taken -= bounded
      this.#startWaiting()
    }
  }

  #startWaiting(): void {
    for (;;) {
      const [next] = this.#waiting
      if (next === undefined || this.#taken + next.weight > this.#budget) return
      this.#waiting.shift()
      this.#taken += next.weight
      next.start()
    }
  }
}
