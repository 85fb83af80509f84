const mostPoints = 200

type Point = readonly [seconds: number, rows: number]

/** Cumulative rows over time since it was made, thinned to at most 200 points. */
export class Timeline {
  readonly #start = performance.now()
  #latest: Point = [0, 0]
  #points: Point[] = [this.#latest]
  #everySeconds = 0

  get seconds(): number {
    return (performance.now() - this.#start) / 1000
  }

  add(rows: number): void {
    const seconds = this.seconds
    this.#latest = [seconds, rows]
    if (seconds - (this.#points.at(-1)?.[0] ?? 0) < this.#everySeconds) return
    this.#points.push(this.#latest)
    if (this.#points.length < mostPoints) return
    this.#points = this.#points.filter((_, index) => index % 2 === 0)
    this.#everySeconds = (2 * seconds) / mostPoints
  }

  points(): readonly Point[] {
    const points = this.#points.at(-1) === this.#latest ? this.#points : [...this.#points, this.#latest]
    return points.map(([seconds, rows]) => [Math.round(seconds * 1000) / 1000, rows])
  }
}
