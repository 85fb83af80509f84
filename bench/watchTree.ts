import { cpuSeconds, type Part, processTree, proportionalSize } from './processTree.ts'

const everyMilliseconds = 1000

/** Of a tree of processes, all together and by what they do. */
export type OfTree = Readonly<Record<Part | 'all', number>>

export interface Watched {
  /** Megabytes: the sample of the most in all, of proportional set sizes. */
  readonly memory: OfTree
  /** Seconds that the processes computed between two times (milliseconds since 1970). */
  cpuSeconds(from: number, to: number): OfTree
}

/**
 * Samples a process and all its descendants every second.
 * @returns ends it
 */
export function watchTree(pid: number): () => Watched {
  let memory: OfTree = nothing
  const samples: { readonly at: number; readonly cpu: OfTree }[] = []
  const timer = setInterval(() => {
    const now = treeMemory(pid)
    if (now.all > memory.all) memory = now
    const { jvm, workers, driver } = cpuSeconds(pid)
    samples.push({ at: Date.now(), cpu: { jvm, workers, driver, all: jvm + workers + driver } })
  }, everyMilliseconds)
  const cpuAt = (part: keyof OfTree, time: number) =>
    interpolate(
      samples.map(({ at, cpu }) => [at, cpu[part]]),
      time,
    )
  return () => {
    clearInterval(timer)
    return {
      memory,
      cpuSeconds(from, to) {
        const between = (part: keyof OfTree) => cpuAt(part, to) - cpuAt(part, from)
        return {
          all: between('all'),
          jvm: between('jvm'),
          workers: between('workers'),
          driver: between('driver'),
        }
      },
    }
  }
}

const nothing: OfTree = { all: 0, jvm: 0, workers: 0, driver: 0 }

function interpolate(points: readonly (readonly [at: number, value: number])[], time: number): number {
  const before = points.findLast(([at]) => at <= time)
  const after = points.find(([at]) => at > time)
  if (before === undefined || after === undefined) return Number.NaN
  return before[1] + ((after[1] - before[1]) * (time - before[0])) / (after[0] - before[0])
}

function treeMemory(root: number): OfTree {
  const memory = { ...nothing }
  for (const { pid, part } of processTree(root)) {
    const size = proportionalSize(pid)
    memory[part] += size
    memory.all += size
  }
  return memory
}
