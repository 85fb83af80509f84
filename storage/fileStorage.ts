import { readdir, rm, unlink } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { Readable } from 'node:stream'
import { HubError, systemCode } from '../base/HubError.ts'
import { checkRange } from './bytesLimit.ts'
import { checkKey } from './checkKey.ts'
import { fileError, naming } from './fileError.ts'
import { fileInfo, listFolder } from './listFolder.ts'
import { fileUri } from './location.ts'
import { openFile, readFilePatiently } from './readFile.ts'
import { defaultRetryPolicy, type RetryPolicy } from './retryPolicy.ts'
import type { Body, ListOptions, ObjectInfo, ReadOptions, Storage } from './Storage.ts'
import { isAbandoned } from './temporaryName.ts'
import { createFileAtomically, placeFileAtomically, writeFileAtomically } from './writeFile.ts'

/** A folder of a file system as a storage: objects are regular files, or links to such. */
export class FileStorage implements Storage {
  readonly root: string
  readonly #folder: string
  readonly #policy: RetryPolicy

  constructor(folder: string, policy: RetryPolicy = defaultRetryPolicy) {
    this.#folder = resolve(folder)
    this.root = fileUri(this.#folder)
    this.#policy = policy
  }

  async stat(key: string): Promise<ObjectInfo | null> {
    const path = this.#path(key)
    return naming('look at', path, () => fileInfo(this.#folder, key))
  }

  async read(key: string, options: ReadOptions = {}): Promise<Uint8Array> {
    return readFilePatiently(this.#path(key), options, this.#policy)
  }

  async openRead(key: string, { range, signal }: Omit<ReadOptions, 'maxBytes'> = {}): Promise<Readable> {
    checkRange(range)
    const path = this.#path(key)
    const { handle } = await openFile(path)
    if (range?.end === range?.start && range !== undefined) {
      await handle.close()
      return Readable.from([])
    }
    const end = range?.end === undefined ? {} : { end: range.end - 1 }
    return handle.createReadStream({ start: range?.start ?? 0, ...end, ...(signal && { signal }) })
  }

  async write(
    key: string,
    body: Body,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<ObjectInfo> {
    const path = this.#path(key)
    await naming('write', path, () => writeFileAtomically(path, body, signal))
    return this.#written(key)
  }

  async create(key: string, body: Uint8Array | string): Promise<boolean> {
    const path = this.#path(key)
    return naming('create', path, () => createFileAtomically(path, body))
  }

  list(options: ListOptions = {}): AsyncIterable<ObjectInfo> {
    if (options.prefix) checkKey(`${options.prefix}x`, { emptyParts: false })
    return listFolder(this.#folder, options)
  }

  async remove(key: string): Promise<void> {
    const path = this.#path(key)
    try {
      await unlink(path)
    } catch (error) {
      if (!['ENOENT', 'ENOTDIR', 'EISDIR'].includes(systemCode(error) ?? ''))
        throw fileError(error, 'remove', path)
    }
  }

  async localPath(key: string): Promise<string> {
    const path = this.#path(key)
    const { handle } = await openFile(path)
    await handle.close()
    return path
  }

  async putFile(key: string, source: string): Promise<ObjectInfo> {
    const path = this.#path(key)
    await naming('store', `${source} as ${path}`, () => placeFileAtomically(path, source))
    return this.#written(key)
  }

  uri(key: string): string {
    return fileUri(this.#path(key))
  }

  async sweep(): Promise<void> {
    const entries = await readdir(this.#folder, { recursive: true, withFileTypes: true })
    const abandoned = entries.filter(entry => entry.isFile() && isAbandoned(entry.name))
    await Promise.all(abandoned.map(entry => rm(join(entry.parentPath, entry.name), { force: true })))
  }

  async close(): Promise<void> {}

  #path(key: string): string {
    return join(this.#folder, checkKey(key, { emptyParts: false }))
  }

  async #written(key: string): Promise<ObjectInfo> {
    const info = await this.stat(key)
    if (info !== null) return info
    throw new HubError({
      code: 'not_found',
      message: `${this.uri(key)} was removed as soon as it was written`,
    })
  }
}
