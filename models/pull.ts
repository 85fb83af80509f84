import { basename, join } from 'node:path'
import { HubError, userError } from '../base/HubError.ts'
import { defaultCacheFolder } from '../storage/defaultCacheFolder.ts'
import { type DownloadProgress, download } from '../storage/download.ts'
import type { RetryPolicy } from '../storage/retryPolicy.ts'
import { hashFileWith } from './hashFile.ts'
import { importModel } from './importModel.ts'
import { findKnownModel, type KnownDownload, knownModels } from './knownModels.ts'
import type { ModelManifest } from './ModelManifest.ts'
import type { ModelStore } from './ModelStore.ts'

export interface PullModelOptions {
  /** The id of a known model. */
  readonly id: string
  readonly store: ModelStore
  /** Put it in the place of another model with this id. @default false */
  readonly replace?: boolean
  /**
   * Fields of the known download to change: a mirror's `url`; `md5` and `bytes` where the file is another one. The environment
   * variable IMAGEHUB_MODELS_URL names a mirror as well: a URL below which the files have their usual names.
   */
  readonly download?: Partial<KnownDownload>
  readonly onProgress?: (progress: DownloadProgress) => void
  readonly signal?: AbortSignal
  /** Where unfinished downloads wait to be resumed. @default the downloads folder of the cache */
  readonly downloadsFolder?: string
  readonly retry?: RetryPolicy
  /** @default 30 s */
  readonly stallMilliseconds?: number
}

/**
 * Gets a known model and imports it: by download, checked by size and MD5, or out of an npm package. A model that the store has
 * already is left as it is.
 * @throws HubError `unknown_model`, `wrong_hash`, and the codes of `download` and `importModel`
 */
export async function pullModel(options: PullModelOptions): Promise<ModelManifest> {
  const { id, store, replace = false, signal } = options
  const known = findKnownModel(id)
  if (known === undefined) {
    throw userError(
      'unknown_model',
      `${JSON.stringify(id)} is not a model that can be pulled`,
      `known are ${knownModels.map(model => model.id).join(', ')}; import any other with \`imagehub models import --from FILE --id ID\``,
    )
  }
  const existing = replace ? null : await store.find(id)
  if (existing !== null) return store.verify(id)

  const target = { id, store, replace, facts: known.facts, ...(signal && { signal }) }
  if ('package' in known.from) return importModel({ ...target, from: { package: known.from.package } })
  const file = { ...mirrored(known.from.download), ...options.download }
  const { path, discard } = await download({
    ...options,
    url: file.url,
    bytes: file.bytes,
    name: basename(known.from.download.url),
    folder: options.downloadsFolder ?? join(defaultCacheFolder(), 'downloads'),
  })
  try {
    await checkHash(path, file)
    return await importModel({ ...target, from: { path }, facts: { ...known.facts, source: file.url } })
  } finally {
    await discard()
  }
}

function mirrored(file: KnownDownload): KnownDownload {
  const mirror = process.env.IMAGEHUB_MODELS_URL
  return mirror ? { ...file, url: `${mirror.replace(/\/+$/, '')}/${basename(file.url)}` } : file
}

async function checkHash(path: string, { url, md5 }: KnownDownload): Promise<void> {
  const found = await hashFileWith(path, ['md5'])
  if (found.md5 === md5) return
  throw new HubError({
    code: 'wrong_hash',
    message: `${url} is another file than expected: its MD5 is ${found.md5}, not ${md5}`,
    hint: 'the download was removed; try again, and if it is the same, get the file from another place',
    fault: 'user',
  })
}
