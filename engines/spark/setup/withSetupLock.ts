import { randomUUID } from 'node:crypto'
import { link, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { systemCode } from '../../../base/HubError.ts'
import { isAlive, type ProcessIdentity, thisProcess } from '../../../base/processIdentity.ts'

export interface SetupLockOptions {
  /** Path of the lock: a file that says who holds it. */
  readonly lock: string
  readonly signal?: AbortSignal
  /** Called once where somebody else holds it. */
  readonly onWait?: () => void
}

const pollMilliseconds = 200
/** A set-up takes minutes. Only for holders of which nobody here can tell whether they live: another machine with the same folder. */
const longestMilliseconds = 30 * 60_000

/**
 * Runs the work while no other process does the same. The lock saves them doing it twice, it guards nothing: it is taken over from a
 * process that has ended.
 */
export async function withSetupLock<T>(options: SetupLockOptions, work: () => Promise<T>): Promise<T> {
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
  if (await isAbandoned(lock)) await rm(lock, { force: true })
  return false
}

async function isAbandoned(lock: string): Promise<boolean> {
  try {
    const holder = JSON.parse(await readFile(lock, 'utf8')) as ProcessIdentity
    const alive = isAlive(holder)
    if (alive !== undefined) return !alive
    return Date.now() - (await stat(lock)).mtimeMs > longestMilliseconds
  } catch {
    // Released meanwhile.
    return false
  }
}
