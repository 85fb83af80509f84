import { userError } from '../base/HubError.ts'
import type { ByteRange } from './Storage.ts'

/** Throws `too_many_bytes` where an object is larger than its reader allows. */
export function checkBytes(name: string, bytes: number, maxBytes: number | undefined): void {
  if (maxBytes === undefined || bytes <= maxBytes) return
  throw userError(
    'too_many_bytes',
    `${name} has ${bytes} bytes, more than the ${maxBytes} allowed`,
    'raise the limit of bytes, or leave the object out',
  )
}

/** Throws `bad_range` unless 0 <= start <= end, both whole numbers. */
export function checkRange(range: ByteRange | undefined): void {
  if (range === undefined) return
  const { start, end = start } = range
  if (Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && end >= start) return
  throw userError('bad_range', `the byte range [${start}, ${end}) is none`, 'give 0 <= start <= end')
}
