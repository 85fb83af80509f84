import { HubError, type HubErrorOptions, systemCode, toError } from '../base/HubError.ts'

type Meaning = Pick<HubErrorOptions, 'code' | 'hint' | 'fault'> & { readonly what: string }

const denied: Meaning = {
  code: 'access_denied',
  what: 'permission denied',
  hint: 'grant this user access, or name another path',
  fault: 'user',
}
const absent: Meaning = { code: 'not_found', what: 'no such file or folder', fault: 'user' }
const full: Meaning = {
  code: 'storage_full',
  what: 'no space is left (or the quota is used up)',
  hint: 'free space and run the command again: what was finished is kept',
}
const unavailable: Meaning = {
  code: 'storage_unavailable',
  what: 'the file system does not answer as it should',
}

const meanings: Record<string, Meaning> = {
  ENOENT: absent,
  ENOTDIR: { ...absent, what: 'a part of the path is a file, not a folder' },
  EEXIST: { code: 'not_a_folder', what: 'a file is where a folder is needed', fault: 'user' },
  ELOOP: { ...absent, what: 'its symbolic links lead in a circle' },
  EACCES: denied,
  EPERM: denied,
  EROFS: { ...denied, what: 'the file system is read-only' },
  ENOSPC: full,
  EDQUOT: full,
  EFBIG: { ...full, what: 'the file would exceed the largest size allowed' },
  EISDIR: { code: 'not_a_file', what: 'it is a folder', fault: 'user' },
  ENXIO: { code: 'not_a_file', what: 'it is no regular file', fault: 'user' },
  ENAMETOOLONG: { code: 'bad_key', what: 'the name is too long for the file system', fault: 'user' },
  EMFILE: { ...unavailable, hint: 'raise the limit of open files (ulimit -n)' },
  ENFILE: { ...unavailable, hint: "raise the system's limit of open files" },
  EAGAIN: unavailable,
  EBUSY: unavailable,
  EIO: unavailable,
  ESTALE: unavailable,
  ETIMEDOUT: unavailable,
}

/** What an error of the file system means, naming the path; errors that already say so, and aborts, pass unchanged. */
export function fileError(thrown: unknown, action: string, path: string): Error {
  const error = toError(thrown)
  if (error instanceof HubError || error.name === 'AbortError') return error
  const system = systemCode(error)
  const meaning = system === undefined ? undefined : meanings[system]
  if (meaning === undefined && system === undefined) return error
  const { what, ...rest } = meaning ?? { code: 'storage_failed', what: error.message }
  return new HubError({ ...rest, message: `cannot ${action} ${path}: ${what} (${system})`, cause: error })
}

/** Runs file system calls, naming the action and the path in whatever goes wrong. */
export async function naming<T>(action: string, path: string, calls: () => Promise<T>): Promise<T> {
  try {
    return await calls()
  } catch (error) {
    throw fileError(error, action, path)
  }
}
