/** Spark's Murmur3 (x86, 32 bits, seed 42) of one INT, as its hash partitioning computes it: org.apache.spark.unsafe.hash.Murmur3_x86_32. */
export function sparkHashOfInt(value: number): number {
  let k = Math.imul(value, 0xcc9e2d51)
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  let h = 42 ^ k
  h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
  h ^= 4 // length of an INT in bytes
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/**
 * For each partition an INT that Spark's hash partitioning sends there: `REPARTITION(n, value)` then puts every row exactly where the
 * plan says, where hashing the partition's own number would leave some partitions empty and give others twice as much.
 * @returns `partitions` values, in the order of the partitions
 */
export function partitionValues(partitions: number): Int32Array {
  const values = new Int32Array(partitions)
  const found = new Uint8Array(partitions)
  for (let value = 0, missing = partitions; missing > 0; value++) {
    const hash = sparkHashOfInt(value) % partitions
    const partition = hash < 0 ? hash + partitions : hash
    if (found[partition] === 1) continue
    found[partition] = 1
    values[partition] = value
    missing--
  }
  return values
}
