/**
 * A seeded stream of random numbers: xoshiro128** 1.1 (Blackman and Vigna, https://prng.di.unimi.it/xoshiro128starstar.c), its
 * state filled by SplitMix64 as its authors advise (https://prng.di.unimi.it/splitmix64.c). The same seed gives the same stream
 * on every machine. Not for secrets.
 */
export class Random {
  #a: number
  #b: number
  #c: number
  #d: number

  /** @param seed any safe integer */
  constructor(seed: number) {
    let state = BigInt.asUintN(64, BigInt(seed))
    const splitMix = () => {
      state = BigInt.asUintN(64, state + 0x9e3779b97f4a7c15n)
      let mixed = BigInt.asUintN(64, (state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n)
      mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn)
      return mixed ^ (mixed >> 31n)
    }
    const first = splitMix()
    const second = splitMix()
    this.#a = Number(first & 0xffffffffn) | 0
    this.#b = Number(first >> 32n) | 0
    this.#c = Number(second & 0xffffffffn) | 0
    this.#d = Number(second >> 32n) | 0
  }

  /** 32 uniform bits as an unsigned integer. */
  bits(): number {
    const scrambled = Math.imul(rotate(Math.imul(this.#b, 5), 7), 9) >>> 0
    const shifted = this.#b << 9
    this.#c ^= this.#a
    this.#d ^= this.#b
    this.#b ^= this.#c
    this.#a ^= this.#d
    this.#c ^= shifted
    this.#d = rotate(this.#d, 11)
    return scrambled
  }

  /** A uniform integer from 0 to `limit - 1`, for a limit up to 2^32; without the bias of a plain remainder. */
  below(limit: number): number {
    const unbiased = 2 ** 32 - (2 ** 32 % limit)
    let bits = this.bits()
    while (bits >= unbiased) bits = this.bits()
    return bits % limit
  }

  /** Shuffles in place (Fisher and Yates). */
  shuffle<T>(items: T[]): T[] {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.below(last + 1)
      const item = items[last] as T
      items[last] = items[other] as T
      items[other] = item
    }
    return items
  }
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by))
}
