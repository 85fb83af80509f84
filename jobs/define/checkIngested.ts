import { HubError } from '../../base/HubError.ts'
import type { IngestResult } from '../../operations/ingest.ts'
import type { JobContext } from './Job.ts'

/**
 * Says what became of photos that were read. That some cannot be read is theirs; that not one can is the job's: its machines may not reach them.
 * @throws HubError `nothing_read`, after the run was recorded; the photos are tried again by the next one
 */
export function checkIngested(
  { verdicts, reasons }: Pick<IngestResult, 'verdicts' | 'reasons'>,
  { onNote }: Pick<JobContext, 'onNote'>,
): void {
  const counts = Object.entries(verdicts)
  const read = counts.reduce((sum, [, count]) => sum + count, 0)
  if (read === 0) return
  onNote?.(`${read} photos: ${counts.map(([verdict, count]) => `${count} ${verdict}`).join(', ')}`)
  if ((verdicts.failed ?? 0) < read) return
  const why = Object.entries(reasons).map(([reason, count]) => `${reason} (${count})`)
  throw new HubError({
    code: 'nothing_read',
    message: `not one of ${read} photos could be read: ${why.join(', ')}`,
    hint: 'may the machines read them? imagehub emr iam prints what their instance profile needs; imagehub why --hub HUB ORIGIN tells of one photo',
  })
}
