import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

/** SHA-256 in lower-case hex and the size of a file, read in pieces. */
export async function hashFile(path: string): Promise<{ sha256: string; bytes: number }> {
  const { sha256, bytes } = await hashFileWith(path, ['sha256'])
  return { sha256, bytes }
}

/** The named hashes (`md5`, `sha256`) in lower-case hex and the size of a file. */
export async function hashFileWith<A extends string>(
  path: string,
  algorithms: readonly A[],
): Promise<Record<A, string> & { bytes: number }> {
  const hashes = algorithms.map(algorithm => [algorithm, createHash(algorithm)] as const)
  let bytes = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const part = chunk as Buffer
    bytes += part.length
    for (const [, hash] of hashes) hash.update(part)
  }
  const digests = Object.fromEntries(hashes.map(([name, hash]) => [name, hash.digest('hex')]))
  return { ...(digests as Record<A, string>), bytes }
}
