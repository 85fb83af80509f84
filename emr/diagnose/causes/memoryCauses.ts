import type { Cause } from '../Cause.ts'
import { askedErrorPatterns } from './ownError.ts'

const logs = ['status', 'step', 'container'] as const

/** Memory, of containers, heaps and machines. */
export const memoryCauses: readonly Cause[] = [
  {
    id: 'yarn_memory',
    title: 'YARN killed a container for its memory',
    rank: 'root',
    sure: 'reported',
    places: [...logs, 'node'],
    patterns: [
      /Container killed by YARN for exceeding (?:(?<kind>physical|virtual) )?memory limits\.?(?: {0,3}(?<used>[\d.]{1,12} ?[KMGT]?B) of (?<limit>[\d.]{1,12} ?[KMGT]?B))?/i,
      /running (?:(?<over>\d{1,15})B )?beyond (?:the )?'?(?<kind>physical|virtual)'? memory limits?\.(?: Current usage: (?<used>[\d.]{1,12} ?[KMGT]?B) of (?<limit>[\d.]{1,12} ?[KMGT]?B))?/i,
      /(?:exit ?(?:status|code)):? *-(?<code>10[34])\b/i,
    ],
    explain: ({ groups: { kind, used, limit } }) =>
      `YARN killed an executor's container for exceeding its ${kind === undefined ? '' : `${kind.toLowerCase()} `}memory limit${used === undefined ? '' : `: it used ${used} of ${limit}`}.`,
    change:
      'spark.executor.memoryOverhead (Node, images and onnxruntime live outside the heap), or a workers.type with more memory',
  },
  {
    id: 'executor_memory_too_large',
    title: 'No machine of the cluster has room for such an executor',
    rank: 'root',
    sure: 'unverified',
    places: logs,
    patterns: [
      /Required executor memory \((?<asked>\d{1,10}) ?(?:MB)?\).{0,200} is above the max threshold \((?<limit>\d{1,10}) MB\)/,
    ],
    explain: ({ groups: { asked, limit } }) =>
      `An executor asks for ${asked} MB (and overhead), but a container may have ${limit} MB at most.`,
    change:
      'spark.executor.memory and spark.executor.memoryOverhead together below the limit, or a larger workers.type',
  },
  {
    id: 'max_result_size',
    title: 'Tasks sent more to the driver than it takes',
    rank: 'root',
    sure: 'unverified',
    places: logs,
    patterns: [
      /Total size of serialized results of (?<tasks>\d{1,9}) tasks \((?<size>[^)]{1,30})\) is bigger than (?:local )?(?:maxResultSize|spark\.driver\.maxResultSize) \(?(?<limit>[\d.]{1,12} ?\w{1,4})/,
    ],
    explain: ({ groups: { tasks, size, limit } }) =>
      `The driver takes results of ${limit} at most, but ${tasks} tasks sent ${size}.`,
    change: 'spark.driver.maxResultSize together with spark.driver.memory, or collect less',
  },
  {
    id: 'task_heap',
    title: "A task filled its executor's heap",
    rank: 'root',
    sure: 'unverified',
    places: logs,
    patterns: [
      /executor (?<executor>\w{1,10})\).{0,200}java\.lang\.OutOfMemoryError: (?<what>Java heap space|GC overhead limit exceeded|Requested array size exceeds VM limit)/,
    ],
    explain: ({ groups: { executor, what } }) =>
      `A task filled the Java heap of executor ${executor} (${what}).`,
    change: 'spark.executor.memory, or a workers.type with more memory',
  },
  {
    id: 'executor_heap',
    title: "An executor's own log tells that its heap was full",
    rank: 'root',
    sure: 'unverified',
    places: ['container'],
    patterns: [
      /java\.lang\.OutOfMemoryError: (?<what>Java heap space|GC overhead limit exceeded|Requested array size exceeds VM limit)/,
    ],
    explain: ({ groups: { what } }) => `The Java heap of an executor was full (${what}).`,
    change: 'spark.executor.memory, or a workers.type with more memory',
  },
  {
    id: 'driver_heap',
    title: "Spark's driver has too little heap",
    rank: 'root',
    sure: 'unverified',
    places: ['status', 'step'],
    patterns: [
      /java\.lang\.OutOfMemoryError: (?<what>Java heap space|GC overhead limit exceeded|Requested array size exceeds VM limit)/,
      /OutOfMemoryError: (?<what>Not enough memory to build and broadcast)/,
      ...askedErrorPatterns('bad_driver_memory'),
    ],
    explain: ({ groups: { what = 'no server runs with so little' } }) =>
      `The Java heap of Spark's driver was too small (${what}).`,
    change: 'spark.driver.memory, or primary.type for more memory on the primary node',
  },
  {
    id: 'node_heap',
    title: "A Node process's heap was full",
    rank: 'root',
    sure: 'unverified',
    places: logs,
    patterns: [
      /FATAL ERROR: .{0,120}(?<what>JavaScript heap out of memory)/,
      /(?<what>ERR_WORKER_OUT_OF_MEMORY|RangeError: Array buffer allocation failed)/,
    ],
    explain: ({ groups: { what } }) => `A Node process ran out of memory (${what}).`,
    change: 'primary.type where the driver said it, workers.type where a worker did',
  },
  {
    id: 'native_memory',
    title: 'The machine had no memory left',
    rank: 'root',
    sure: 'unverified',
    places: [...logs, 'bootstrap', 'node'],
    patterns: [
      /There is insufficient memory for the Java Runtime Environment/,
      /(?:mmap|os::commit_memory).{0,160}(?:Cannot allocate memory|errno=12)/,
      /(?:Out of memory: Kill(?:ed)? process|Memory cgroup out of memory).{0,20}?(?<pid>\d{1,9})? \((?<program>[\w.-]{1,40})\)/,
    ],
    explain: ({ groups: { program } }) =>
      `The machine ran out of memory${program === undefined ? '' : `, and the kernel killed ${program}`}.`,
    change: 'primary.type or workers.type with more memory, or a smaller spark.executor.memory',
  },
  {
    id: 'exit_killed',
    title: 'A process was killed (exit 137)',
    rank: 'lost',
    sure: 'reported',
    places: [...logs, 'bootstrap'],
    patterns: [
      /Container (?:from a bad node|marked as failed): (?<container>container_\w{1,60})(?: on host: (?<host>[\w-]{1,80}(?:\.[\w-]{1,60}){0,6}))?.{0,60}Exit status: 137\b/,
      /(?:exit(?:ed)?(?: with)?(?: exit)? ?(?:status|code)):? *137\b/i,
    ],
    explain: ({ groups: { container, host } }) =>
      `${container === undefined ? 'A process' : `Container ${container}`}${host === undefined ? '' : ` on ${host}`} was killed with SIGKILL (exit 137), most often by the kernel because memory ran out.`,
    change: 'spark.executor.memoryOverhead for memory outside the heap, or a workers.type with more memory',
  },
]
