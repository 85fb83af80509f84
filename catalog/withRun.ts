import { rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { codeVersion } from '../base/codeVersion.ts'
import { namingFullDisk } from '../base/fullDisk.ts'
import { HubError, toError } from '../base/HubError.ts'
import { thisProcess } from '../base/processIdentity.ts'
import { type Changes, commit } from './commit.ts'
import type { Hub } from './Hub.ts'
import { HubLock } from './HubLock.ts'
import { newRunId } from './newRunId.ts'
import type { RunRecord } from './RunRecord.ts'
import { removeLeftovers } from './removeLeftovers.ts'

export interface RunOptions {
  readonly hub: Hub
  readonly command: RunRecord['command']
  readonly parameters: RunRecord['parameters']
  readonly engine: RunRecord['engine']
  /** Runs of the same work on one hub: one at a time. */
  readonly work: string
}

/** A run under way. */
export interface Run {
  readonly id: string
  /** Start, in microseconds since 1970. */
  readonly startedAt: number
  /** This work's own folder: it survives the run until one of its kind commits. */
  readonly workFolder: string
}

export type RunOutcome = Pick<RunRecord, 'stages' | 'rules_version' | 'model' | 'exported'> & {
  readonly changes: Changes
}

/**
 * Runs a piece of work under a lock, with a record of what happened, and commits its tables as one snapshot. Where nothing changed no
 * snapshot is made.
 * @throws HubError `hub_busy` where the same work is under way; `storage_full`; whatever the work throws, after it was recorded
 */
export async function withRun(
  options: RunOptions,
  work: (run: Run) => Promise<RunOutcome>,
): Promise<RunRecord> {
  const { hub, command, parameters, engine } = options
  const started = new Date()
  const id = newRunId(started)
  const lock = await HubLock.acquire(hub.storage, options.work, id)
  let record: RunRecord = {
    run_id: id,
    command,
    parameters,
    state: 'running',
    started_at: started.toISOString(),
    ended_at: null,
    code_version: codeVersion(),
    engine,
    host: hostname(),
    pid: process.pid,
    process: thisProcess(),
    stages: [],
    rows_written: {},
    snapshot: null,
  }
  const workFolder = join(hub.workFolder, options.work)
  try {
    if (lock.deadRun !== null) await removeLeftovers(hub, lock.deadRun)
    await hub.storage.sweep()
    await rm(join(workFolder, 'spill'), { recursive: true, force: true })
    await hub.writeRun(record)
    const { changes, ...outcome } = await work({ id, startedAt: started.getTime() * 1000, workFolder })
    const rows_written = Object.fromEntries(
      Object.entries(changes)
        .map(([table, files]) => [table, files.reduce((sum, { rows }) => sum + rows, 0)] as const)
        .filter(([, rows]) => rows > 0),
    )
    const changed = Object.keys(rows_written).length > 0
    const snapshot = changed
      ? await commit({ hub, runId: id, changes, folder: join(workFolder, 'commit') })
      : await hub.latestSnapshot()
    record = {
      ...record,
      ...outcome,
      state: 'committed',
      rows_written,
      snapshot: snapshot?.id ?? null,
      ended_at: new Date().toISOString(),
    }
    await hub.writeRun(record)
    await rm(workFolder, { recursive: true, force: true })
    await hub.removeSharedWork(options.work)
    return record
  } catch (thrown) {
    const error = namingFullDisk(toError(thrown))
    const code = error instanceof HubError ? error.code : 'failed'
    const hint = error instanceof HubError ? error.hint : undefined
    record = {
      ...record,
      state: 'failed',
      ended_at: new Date().toISOString(),
      error: { code, message: error.message, ...(hint === undefined ? {} : { hint }) },
    }
    // The first error is the one to show: a storage that fails cannot take the record either.
    await hub.writeRun(record).catch(() => undefined)
    throw error
  } finally {
    await lock.release()
  }
}
