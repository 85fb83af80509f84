import { HubError } from './HubError.ts'

/** How Node, the C library and DuckDB (also of the disk that it spills to) say that nothing more can be written. */
const says = /\b(ENOSPC|EDQUOT)\b|no space left on device|disk quota exceeded|max_temp_directory_size/i

/** An error that says that a disk is full becomes a HubError `storage_full`; any other stays as it is. */
export function namingFullDisk(error: Error): Error {
  const named = error instanceof HubError && (error.code === 'storage_full' || error.fault === 'user')
  if (named || !says.test(error.message)) return error
  return new HubError({
    code: 'storage_full',
    message: `no space is left on the disk: ${error.message.split('\n', 1)[0]}`,
    hint: 'free space and run the command again: what was finished is kept',
    cause: error,
  })
}
