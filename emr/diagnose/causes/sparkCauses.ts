import type { Cause } from '../Cause.ts'
import { ownErrorPatterns } from './ownError.ts'

const logs = ['status', 'step', 'container'] as const

/** What Spark says when something is gone. */
export const sparkCauses: readonly Cause[] = [
  {
    id: 'session_token',
    title: 'The session refuses its token',
    rank: 'failed',
    sure: 'unverified',
    places: logs,
    patterns: [/\bUNAUTHENTICATED\b/, ...ownErrorPatterns('spark_denied')],
    explain: () =>
      "The Spark session does not take the driver's token: those of EMR's own sessions end after an hour.",
    change:
      'run the driver on the cluster, where it starts a server of its own, rather than through a session of EMR',
  },
  {
    id: 'executor_lost',
    title: 'An executor was lost',
    rank: 'executor',
    sure: 'reported',
    places: logs,
    patterns: [
      /ExecutorLostFailure \(executor (?<executor>\S{1,20}) exited (?:caused by one of|unrelated to) the running tasks\)(?! ?Reason: .{0,300}(?:Exit status: 143|ecommission))(?: Reason: (?<reason>.{1,200}))?/,
    ],
    explain: ({ groups: { executor, reason } }) =>
      `Executor ${executor} was lost${reason === undefined ? '' : `: ${reason.trim().replace(/\.$/, '')}`}.`,
    change: 'spark.executor.memoryOverhead if it happens again; the log of that container tells why',
  },
  {
    id: 'shuffle_lost',
    title: 'Shuffle files are gone',
    rank: 'missed',
    sure: 'unverified',
    places: logs,
    patterns: [
      /Missing an output location for shuffle (?<shuffle>\d{1,9})/,
      /FetchFailed(?:Exception)?\b(?:.{0,200}shuffleId=(?<shuffle>\d{1,9}))?/,
    ],
    explain: ({ groups: { shuffle } }) =>
      `Rows of shuffle${shuffle === undefined ? '' : ` ${shuffle}`} cannot be fetched: the executor that held them is gone.`,
    change: 'workers.spot: false, or ebsGigabytes where a disk was full',
  },
]
