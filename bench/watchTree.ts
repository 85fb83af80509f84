import { cpuSeconds, type Part, processTree, proportionalSize } from './processTree.ts'

const everyMilliseconds = 1000

/** Megabytes. */
export type TreeMemory = Readonly<Record<Part | 'all', number>>

export interface Watched {
  /** The sample of the most memory in all: proportional set sizes. */
  readonly memory: TreeMemory
  /** Seconds that all processes together had computed at a time (milliseconds since 1970), between the samples before and after. */
  cpuSecondsAt(milliseconds: number): number
}

/**
 * Samples a process and all its descendants every second.
 * @returns ends it
 */
export function watchTree(pid: number): () => Watched {
  let memory: TreeMemory = { all: 0, jvm: 0, workers: 0, driver: 0 }
  const samples: { readonly at: number; readonly cpu: number }[] = []
  const timer = setInterval(() => {
    const now = treeMemory(pid)
    if (now.all > memory.all) memory = now
    const { jvm, workers, driver } = cpuSeconds(pid)
    samples.push({ at: Date.now(), cpu: jvm + workers + driver })
  }, everyMilliseconds)
  return () => {
    clearInterval(timer)
    return { memory, cpuSecondsAt: milliseconds => interpolate(samples, milliseconds) }
  }
}

function interpolate(
  samples: readonly { readonly at: number; readonly cpu: number }[],
  time: number,
): number {
  const before = samples.findLast(({ at }) => at <= time)
  const after = samples.find(({ at }) => at > time)
  if (before === undefined || after === undefined) return Number.NaN
  return before.cpu + ((after.cpu - before.cpu) * (time - before.at)) / (after.at - before.at)
}

function treeMemory(root: number): TreeMemory {
  const memory = { all: 0, jvm: 0, workers: 0, driver: 0 }
  for (const { pid, part } of processTree(root)) {
    const size = proportionalSize(pid)
    memory[part] += size
    memory.all += size
  }
  return memory
}
