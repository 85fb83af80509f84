import { createHash } from 'node:crypto'
import { rename, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { HubError } from '../../base/HubError.ts'
import { type DownloadOptions, download } from '../../storage/download.ts'
import { naming } from '../../storage/fileError.ts'
import type { RetryPolicy } from '../../storage/retryPolicy.ts'

export interface FetchFileOptions
  extends Pick<DownloadOptions, 'url' | 'maxBytes' | 'retry' | 'stallMilliseconds' | 'signal'> {
  /** Folder of finished files: one that is there is not asked for again. */
  readonly folder: string
}

/** Whoever has no network can take photos of their own: told after 5 seconds in the mean, 11 at most. */
const briefRetryPolicy: RetryPolicy = {
  attempts: 5,
  baseMilliseconds: 1000,
  capMilliseconds: 4000,
  attemptTimeoutMilliseconds: 0,
}

const otherWay = 'take photos of your own with --from DIR'

/**
 * A file of the web, kept in a folder under its whole URL's hash; only whole files get that name.
 * @returns the path of the file
 * @throws HubError what `download` throws, with a hint that names the way without a network
 */
export async function fetchFile({ url, folder, ...options }: FetchFileOptions): Promise<string> {
  const hash = createHash('sha256').update(url).digest('hex').slice(0, 12)
  const name = `${hash}-${basename(URL.parse(url)?.pathname ?? '')}`
  const path = join(folder, name)
  if (await isFile(path)) return path
  const { path: finished, discard } = await download({
    retry: briefRetryPolicy,
    ...options,
    url,
    folder,
    name,
  }).catch(thrown => {
    throw withOtherWay(thrown)
  })
  try {
    await naming('keep', path, () => rename(finished, path))
  } finally {
    await discard()
  }
  return path
}

function withOtherWay(thrown: unknown): unknown {
  if (!(thrown instanceof HubError) || !/^(network|download)_/.test(thrown.code)) return thrown
  const { code, message, hint, fault, cause } = thrown
  return new HubError({
    code,
    message,
    fault,
    cause,
    hint: hint === undefined ? otherWay : `${hint}; or ${otherWay}`,
  })
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    found => found.isFile(),
    () => false,
  )
}
