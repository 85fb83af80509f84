import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

/** Process ids of those whose command line holds the text. */
export function processesWith(text: string): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .filter(pid => commandOf(pid).includes(text))
    .map(Number)
    .filter(pid => pid !== process.pid)
}

/** The command line of a process, its arguments divided by spaces; empty for one that is gone. */
export function commandOf(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
  } catch {
    return ''
  }
}

/** The environment that a process was started with, `NAME=value` divided by line ends; empty for one that is gone or somebody else's. */
export function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').replaceAll('\0', '\n')
  } catch {
    return ''
  }
}

/** Waits until something holds; fails after a time that no machine needs. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 60_000
  while (!(await holds())) {
    if (performance.now() > deadline) throw new Error(`not within a minute: ${what}`)
    await sleep(20)
  }
}
