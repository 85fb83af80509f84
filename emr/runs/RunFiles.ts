import { z } from 'zod'
import type { CompiledRequest } from '../compile/compileJob.ts'

/** What the hub knows of a run on EMR, each kind a file of its own below `runFolder`. Times are ISO 8601, UTC. */
const time = z.iso.datetime()

/** `attempts/0001.json`, ...: written before the call that may start a cluster, created once each, so that one of many submitters makes it. */
export const attemptSchema = z.object({
  at: time,
  host: z.string(),
  request: z.custom<CompiledRequest>(value => typeof value === 'object' && value !== null),
})
export type Attempt = Readonly<z.infer<typeof attemptSchema>>

/** `accepted.json`: what EMR made of it. */
export const acceptedSchema = z.object({
  at: time,
  /** `j-...` */
  clusterId: z.string(),
  /** `s-...`; null where it was not known: the only step of a cluster of its own. */
  stepId: z.string().nullable(),
  region: z.string(),
  /** Whether it was found by its name, after an answer that was lost. */
  adopted: z.boolean(),
})
export type Accepted = Readonly<z.infer<typeof acceptedSchema>>

/** `claim.json`: the driver that does the run; created once, so a second driver of the same run does nothing. */
export const claimSchema = z.object({
  at: time,
  host: z.string(),
  /** Null where the machine does not tell. */
  clusterId: z.string().nullable(),
  /** What the job allows, counted from then. */
  maxHours: z.number().positive(),
})
export type Claim = Readonly<z.infer<typeof claimSchema>>

/** `progress.json`: rewritten by the driver every few seconds. */
export const progressSchema = z.object({
  at: time,
  /** What the driver does: `starting Spark`, the name of a stage, ... */
  stage: z.string(),
  rowsDone: z.number(),
  rowsTotal: z.number(),
  rowsResumed: z.number(),
})
export type RunProgress = Readonly<z.infer<typeof progressSchema>>

export const endStates = ['succeeded', 'failed', 'cancelled', 'timed_out'] as const
export type EndState = (typeof endStates)[number]

/** `result.json`: how the driver ended. A driver that was killed leaves none. */
export const resultSchema = z.object({
  state: z.enum(endStates),
  startedAt: time,
  endedAt: time,
  /** Ids of the hub's runs that it made. */
  runs: z.array(z.string()),
  /** Rows that its stages did, those of earlier runs left out: what a cost for 1,000 images is divided by. */
  images: z.number(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable(),
})
export type RunResult = Readonly<z.infer<typeof resultSchema>>

/** `cancel.json`: asks the driver to stop by itself, with its Spark application. */
export const cancelSchema = z.object({ at: time, host: z.string() })
export type CancelRequest = Readonly<z.infer<typeof cancelSchema>>

/** Below the hub; `driver.log` there has the end of what the driver printed. */
export function runFolder(job: string, runId: string): string {
  return `emr/runs/${job}/${runId}`
}

export const attemptName = (number: number) => `attempts/${String(number).padStart(4, '0')}.json`
