import type { Cause } from '../Cause.ts'
import { ownErrorPatterns } from './ownError.ts'

const logs = ['status', 'step', 'container', 'node'] as const

/** The path that an error message begins with, as in `/mnt/yarn/a: No space left on device`. */
const pathIn = (line: string) => /(\/[\w./-]{1,160}): /.exec(line)?.[1]

/** Disks, GPUs and machines. */
export const nodeCauses: readonly Cause[] = [
  {
    id: 'disk_full',
    title: 'A disk is full',
    rank: 'root',
    sure: 'unverified',
    places: [...logs, 'bootstrap'],
    patterns: [
      /No space left on device/,
      /\bENOSPC\b/,
      /local-dirs? (?:are bad|usable space is below configured utilization percentage).{0,20}? ?(?<file>\/[\w./,-]{1,160})?/,
      /exit ?(?:status|code):? *-(?<code>101)\b/i,
      ...ownErrorPatterns('storage_full'),
    ],
    explain: ({ line, groups: { file = pathIn(line) } }) =>
      `A disk of the cluster is full${file === undefined ? '' : ` (${file})`}.`,
    change: 'ebsGigabytes, or more workers.count so that each holds less',
  },
  {
    id: 'gpu_plugin',
    title: "YARN's GPU isolation does not start",
    rank: 'root',
    sure: 'reported',
    places: [...logs, 'bootstrap'],
    patterns: [
      /Controller (?<controller>\w{1,20}) not mounted/,
      /Failed to bootstrap configured resource subsystems/,
      /(?<what>cgroupv1-devices|spark-rapids-cgroup).{0,120}(?:mount failed|No such file|not mounted)/,
    ],
    explain: ({ groups: { controller } }) =>
      `The NodeManager stopped because YARN's GPU isolation needs the cgroup controller ${controller ?? 'devices'}, which is not mounted.`,
    change:
      'cluster.release with its own bootstrap (`imagehub emr bundle` brings the one that mounts it), or a workers.type without GPU',
  },
  {
    id: 'gpu_not_offered',
    title: 'YARN has no GPU to give',
    rank: 'root',
    sure: 'unverified',
    places: logs,
    patterns: [
      /Invalid ?Resource ?Request.{0,300}yarn\.io\/gpu/,
      /yarn\.io\/gpu.{0,200}(?:not found|unknown|greater than maximum allowed)/i,
      /(?<script>(?:\/[\w.-]{1,60}){0,8}\/?[gG]et\w{0,10}Gpus?\w{0,12}\.sh).{0,120}(?:No such file|not found|Permission denied|exited with)/,
    ],
    explain: ({ groups: { script } }) =>
      script === undefined
        ? 'Executors ask for a GPU, but no node of the cluster offers one to YARN.'
        : `The script that finds the GPUs does not run: ${script}.`,
    change: 'workers.type (a type with an NVIDIA GPU), or leave spark.executor.resource.gpu.amount out',
  },
  {
    id: 'lost_node',
    title: 'A machine went away, most often a spot machine',
    rank: 'lost',
    sure: 'reported',
    places: logs,
    patterns: [
      /(?:on host: (?<host>[\w-]{1,80}(?:\.[\w-]{1,60}){0,6}).{0,60})?Exit status: -100\b(?:. Diagnostics: Container released on an? \*(?<state>[\w ]{1,30})\* node)?/,
      /Container released on an? \*(?<state>lost|unhealthy or unreachable)\* node/,
      /Spot (?:instance|interruption).{0,80}(?<state>interrupted|interruption notice|reclaimed)/i,
    ],
    explain: ({ groups: { host, state } }) =>
      `The cluster lost a node${host === undefined ? '' : ` (${host})`}${state === undefined ? '' : `: ${state}`}. Spot machines are taken back so; full disks make nodes unhealthy.`,
    change: 'workers.spot: false or several types in workers.type; ebsGigabytes where nodes were unhealthy',
  },
  {
    id: 'core_lost',
    title: 'All core nodes are gone',
    rank: 'lost',
    sure: 'documented',
    places: ['status', 'step', 'node'],
    patterns: [/\b(?<code>NO_SLAVE_LEFT|FAILED_BY_MASTER)\b/],
    explain: ({ groups: { code } }) => `The cluster lost its core nodes (${code}).`,
    change: 'workers.spot: false for core nodes, and ebsGigabytes where their disks were full',
  },
  {
    id: 'preempted',
    title: 'YARN took containers back for another job',
    rank: 'lost',
    sure: 'documented',
    places: logs,
    patterns: [/exit ?(?:status|code):? *-102\b/i, /Container .{0,80}\bwas preempted\b/i],
    explain: () => 'YARN took containers of the job back for another application.',
    change: 'workers.max, or run one job at a time on a cluster',
  },
]
