import { isAlive } from '../base/processIdentity.ts'
import type { RunRecord } from './RunRecord.ts'

export type RunState = RunRecord['state'] | 'interrupted'

/**
 * What became of a run: a record that says `running` whose process is gone was interrupted, unless its snapshot is there. A process
 * on another machine is taken at its word.
 */
export function runState(record: RunRecord, committedRuns: ReadonlySet<string>): RunState {
  if (record.state !== 'running') return record.state
  if (committedRuns.has(record.run_id)) return 'committed'
  return record.process !== undefined && isAlive(record.process) === false ? 'interrupted' : 'running'
}
