import { basename } from 'node:path'
import type { ObjectInfo, Storage } from '../../storage/Storage.ts'
import type { InputFile } from '../InputFile.ts'
import { sparkPath, sparkReadPath } from './sparkPath.ts'

/** Parquet files that a Spark job has finished: not those of tasks under way, nor of committers at work. */
const finished = /(^|\/)(?![._])[^/]*\.parquet$/

/**
 * The part of the hub's storage where the driver and the executors exchange files: `work/<work>/`. It is kept until the run commits, as the
 * local work folder is.
 */
export class WorkArea {
  readonly #storage: Storage
  readonly #prefix: string

  constructor(storage: Storage, workFolder: string) {
    this.#storage = storage
    this.#prefix = `work/${basename(workFolder)}`
  }

  /** Where Spark writes the table `name`. */
  writePath(name: string): string {
    return sparkPath(this.#storage.uri(this.#key(name)))
  }

  /** Paths for Spark of the files of the table `name`. */
  async readPaths(name: string): Promise<string[]> {
    const files = await this.files(name)
    return files.map(({ key }) => sparkReadPath(this.#storage.uri(key)))
  }

  async files(name: string): Promise<ObjectInfo[]> {
    const prefix = `${this.#key(name)}/`
    const found: ObjectInfo[] = []
    for await (const file of this.#storage.list({ prefix })) {
      const below = file.key.slice(prefix.length)
      if (finished.test(below) && !below.startsWith('_') && file.bytes > 0) found.push(file)
    }
    return found.sort((a, b) => (a.key < b.key ? -1 : 1))
  }

  /** The files of the table `name` on this machine, fetched where they are not. */
  async localFiles(name: string): Promise<{ readonly path: string; readonly bytes: number }[]> {
    const files = await this.files(name)
    return await Promise.all(
      files.map(async ({ key, bytes }) => ({ path: await this.#storage.localPath(key), bytes })),
    )
  }

  /** An input as Spark reads it: a file of this machine is brought to where executors see it. */
  async inputPath(file: InputFile): Promise<string> {
    if ('key' in file) return sparkReadPath(this.#storage.uri(file.key))
    if (this.#storage.root.startsWith('file://')) return sparkReadPath(file.path)
    const key = this.#key(`inputs/${basename(file.path)}`)
    await this.#storage.putFile(key, file.path)
    return sparkReadPath(this.#storage.uri(key))
  }

  #key(name: string): string {
    return `${this.#prefix}/${name}`
  }
}
