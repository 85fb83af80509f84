import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Makes a file, whose name tells its content, in a cache: whole or not at all, whoever else does the same.
 * @param write writes it at the path that it is given; not called where the file is there
 */
export async function keepFile(path: string, write: (unfinished: string) => Promise<void>): Promise<void> {
  if (existsSync(path)) return
  await mkdir(dirname(path), { recursive: true })
  const unfinished = `${path}.${randomUUID()}.partial`
  try {
    await write(unfinished)
    await rename(unfinished, path)
  } finally {
    await rm(unfinished, { force: true })
  }
}
