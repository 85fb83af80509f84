import { randomUUID } from 'node:crypto'
import { link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemCode } from './HubError.ts'
import { isAlive, type ProcessIdentity, thisProcess } from './processIdentity.ts'

export interface FileLockOptions {
  /** Path of the lock: a file that says who holds it. */
  readonly lock: string
  readonly signal?: AbortSignal
  /** Called once where somebody else holds it. */
  readonly onWait?: () => void
}

const pollMilliseconds = 200
/** Longer than any such work takes. Only for holders of which nobody here can tell whether they live: another machine with the same folder. */
const longestMilliseconds = 30 * 60_000

/**
 * Runs the work while no other process does the same. The lock saves them doing it twice, it guards nothing: it is taken over from a
 * process that has ended.
 */
export async function withFileLock<T>(options: FileLockOptions, work: () => Promise<T>): Promise<T> {
  const { lock, signal, onWait } = options
  for (let waited = false; !(await take(lock)); waited = true) {
    if (!waited) onWait?.()
    await sleep(pollMilliseconds, undefined, signal === undefined ? {} : { signal })
  }
  try {
    return await work()
  } finally {
    await rm(lock, { force: true })
  }
}

async function take(lock: string): Promise<boolean> {
  // Linked rather than written in place: a lock always says whose it is.
  const mine = `${lock}-${randomUUID()}`
  await writeFile(mine, JSON.stringify(thisProcess()))
  try {
    await link(mine, lock)
    return true
  } catch (thrown) {
    if (systemCode(thrown) !== 'EEXIST') throw thrown
  } finally {
    await rm(mine, { force: true })
  }
  const abandoned = await abandonedText(lock)
  if (abandoned !== undefined) await bury(lock, abandoned)
  return false
}

/** What a lock says whose holder has ended. */
async function abandonedText(lock: string): Promise<string | undefined> {
  try {
    const text = await readFile(lock, 'utf8')
    const alive = isAlive(JSON.parse(text) as ProcessIdentity)
    const isHeld = alive ?? Date.now() - (await stat(lock)).mtimeMs <= longestMilliseconds
    return isHeld ? undefined : text
  } catch {
    // Released meanwhile.
    return undefined
  }
}

/** Takes an abandoned lock away, and nothing else: somebody may have been faster and hold a new one by now, who gets it back. */
async function bury(lock: string, abandoned: string): Promise<void> {
  const grave = `${lock}-${randomUUID()}`
  try {
    await rename(lock, grave)
    if ((await readFile(grave, 'utf8')) !== abandoned) await link(grave, lock)
  } catch (thrown) {
    if (!['ENOENT', 'EEXIST'].includes(systemCode(thrown) ?? '')) throw thrown
  } finally {
    await rm(grave, { force: true })
  }
}
