import { readFileSync, readlinkSync } from 'node:fs'
import { hostname } from 'node:os'

/** Who holds something: enough to tell, on the same machine, whether that very process still lives. */
export interface ProcessIdentity {
  /** Host name, boot and process namespace: only there does the process id mean anything. */
  readonly place: string
  readonly pid: number
  /** Start of the process in clock ticks since boot; tells a reused process id apart. Null where the system does not say. */
  readonly started: string | null
}

export function thisProcess(): ProcessIdentity {
  return { place: place(), pid: process.pid, started: startOf(process.pid) }
}

/** Whether the process lives; undefined where it ran somewhere that cannot be looked at from here. */
export function isAlive(identity: ProcessIdentity): boolean | undefined {
  if (identity.place !== place()) return undefined
  if (!isRunning(identity.pid)) return false
  return identity.started === null || startOf(identity.pid) === identity.started
}

/** Whether some process of this machine has this id: the one that is meant, or a later one. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

function place(): string {
  return [
    hostname(),
    read(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')),
    read(() => readlinkSync('/proc/self/ns/pid')),
  ].join('/')
}

function read(source: () => string): string {
  try {
    return source().trim()
  } catch {
    return ''
  }
}

function startOf(pid: number): string | null {
  // Field 22 of /proc/PID/stat; the second field is a name that may hold spaces and parentheses.
  const fields = read(() => readFileSync(`/proc/${pid}/stat`, 'utf8'))
    .split(') ')
    .at(-1)
    ?.split(' ')
  // A zombie (state Z) has ended and only waits to be noticed.
  return fields?.[0] === 'Z' ? 'ended' : (fields?.[19] ?? null)
}
