import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Well below the shortest idle time that EMR takes, a minute. */
const everyMilliseconds = 20_000

/** Tells EMR that the cluster works, also while no YARN application does: without, auto-termination takes it away. */
export function keepBusy(file: string): Disposable {
  const touch = () => {
    // Where there is no such folder nobody looks; a write that fails is followed by another.
    if (existsSync(dirname(file))) writeFile(file, `${new Date().toISOString()}\n`).catch(() => {})
  }
  touch()
  const timer = setInterval(touch, everyMilliseconds)
  timer.unref()
  return { [Symbol.dispose]: () => clearInterval(timer) }
}
