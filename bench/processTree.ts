import { readdirSync, readFileSync } from 'node:fs'

/** What a process of a Spark application does. */
export type Part = 'jvm' | 'workers' | 'driver'

/** A process and all its descendants, each with its part: workers are what a JVM started, the driver is the rest. */
export function processTree(root: number): { readonly pid: number; readonly part: Part }[] {
  const parents = new Map(
    readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(pid => [Number(pid), Number(statOf(pid)[1])]),
  )
  return [...parents.keys()].flatMap(pid => {
    const ancestors = ancestorsOf(pid, parents)
    if (pid !== root && !ancestors.includes(root)) return []
    return [{ pid, part: isJava(pid) ? 'jvm' : ancestors.some(isJava) ? 'workers' : 'driver' }]
  })
}

/** What each part of a tree has computed so far, in seconds; the times of ended processes are with their parents. */
export function cpuSeconds(root: number): Record<Part, number> {
  const sums = { jvm: 0, workers: 0, driver: 0 }
  for (const { pid, part } of processTree(root)) {
    const [user = 0, system = 0] = statOf(pid).slice(11, 13).map(Number)
    sums[part] += (user + system) / clockTicks
  }
  return sums
}

/** Of a second, in /proc on every platform that Linux has Node for. */
const clockTicks = 100

/** Megabytes, counting what n processes share as an nth of it in each (Node's program, say, or forked Python). */
export function proportionalSize(pid: number): number {
  return Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) / 1024
}

/** Megabytes: the most that a process ever had resident. */
export function peakResident(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) / 1024
}

function ancestorsOf(pid: number, parents: ReadonlyMap<number, number>): number[] {
  const ancestors: number[] = []
  for (let at = parents.get(pid); at !== undefined && at > 0; at = parents.get(at)) ancestors.push(at)
  return ancestors
}

function isJava(pid: number): boolean {
  return read(`/proc/${pid}/comm`).trim() === 'java'
}

/** Fields of /proc/PID/stat from the state on. */
function statOf(pid: number | string): string[] {
  return read(`/proc/${pid}/stat`).split(') ').at(-1)?.split(' ') ?? []
}

/** Empty for a process that has ended meanwhile. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
