import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { S3Server } from './s3Server.ts'

/** A bucket whose objects are made as empty files, which is faster than by requests. */
export async function bucketOf(server: S3Server, keys: Iterable<string>): Promise<string> {
  const bucket = await server.createBucket()
  const folder = server.bucketFolder(bucket)
  for (const key of keys) {
    const path = join(folder, key)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, '')
  }
  return bucket
}

/** Keys of every shape that a listing meets: flat by hash, numbered, in classes, one to a folder, of odd characters. */
export function keysOfManyShapes(scale: number): string[] {
  return [
    ...numbered(7 * scale, i => `flat/${hashed(i)}.jpg`),
    ...numbered(6 * scale, i => `numbered/IMG_${String(i).padStart(7, '0')}.jpg`),
    ...numbered(5 * scale, i => `classes/${i % 300}/${i}.jpg`),
    ...numbered(2 * scale, i => `leaves/${String(i).padStart(4, '0')}/x`),
    ...numbered(scale, i => `odd/${['é', ' ', '漢', '🌻', '+', '%20', 'Z', '_'][i % 8]}${i}`),
  ]
}

export function numbered(count: number, name: (i: number) => string): string[] {
  return Array.from({ length: count }, (_, i) => name(i))
}

/** Eight hexadecimal digits, different for each number and in no order. */
export function hashed(i: number): string {
  return ((i * 2654435761) % 2 ** 32).toString(16).padStart(8, '0')
}
