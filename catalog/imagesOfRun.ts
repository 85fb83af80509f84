import type { RunRecord } from './RunRecord.ts'

/** Rows that the stage of a run with the most of them did itself. */
export function imagesOfRun({ stages }: Pick<RunRecord, 'stages'>): number {
  return Math.max(0, ...stages.map(({ rows_out, rows_resumed }) => rows_out - rows_resumed))
}
