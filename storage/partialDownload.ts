import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { systemCode } from '../base/HubError.ts'
import { isRunning } from '../base/processIdentity.ts'

/** What is known of the version that a body belongs to. */
interface Version {
  readonly url: string
  /** What If-Range takes. */
  readonly validator: string
}

const nobody = 0

/**
 * A download under way: a folder `<name>.partial-<process id>-<random>` with the body and what is known of its version. Where that
 * process is gone, the next one takes the folder over by renaming it, so that two never write to one.
 */
export class PartialDownload {
  /** Path of the body. */
  readonly path: string
  readonly #folder: string
  readonly #name: string
  readonly #own: string

  private constructor(folder: string, name: string, own: string) {
    this.#folder = folder
    this.#name = name
    this.#own = own
    this.path = join(own, 'body')
  }

  /** One of this name that no running process owns, or a new one; the folder is made where it is missing. */
  static async claim(folder: string, name: string): Promise<PartialDownload> {
    await mkdir(folder, { recursive: true })
    const own = partialPath(folder, name, process.pid)
    const partial = new PartialDownload(folder, name, own)
    const prefix = `${name}.partial-`
    for (const entry of await readdir(folder)) {
      const owner = entry.startsWith(prefix) ? Number.parseInt(entry.slice(prefix.length), 10) : Number.NaN
      if (Number.isNaN(owner) || (owner !== nobody && isRunning(owner))) continue
      try {
        await rename(join(folder, entry), own)
        return partial
      } catch (error) {
        if (systemCode(error) !== 'ENOENT') throw error // ENOENT: another process was faster
      }
    }
    await mkdir(own)
    return partial
  }

  /** Gives it up for the next download to go on with. */
  async release(): Promise<void> {
    await rename(this.#own, partialPath(this.#folder, this.#name, nobody))
  }

  async discard(): Promise<void> {
    await rm(this.#own, { recursive: true, force: true })
  }

  /** Bytes of the body so far. */
  async size(): Promise<number> {
    return stat(this.path).then(
      info => info.size,
      () => 0,
    )
  }

  /** What If-Range takes to go on with a body of this URL; null where it has to start anew. */
  async validator(url: string): Promise<string | null> {
    try {
      const version = JSON.parse(await readFile(this.#versionPath, 'utf8')) as Partial<Version>
      return version.url === url && typeof version.validator === 'string' ? version.validator : null
    } catch {
      return null // none yet, or cut short by the end of the process
    }
  }

  async setValidator(url: string, validator: string | null): Promise<void> {
    if (validator === null) await rm(this.#versionPath, { force: true })
    else await writeFile(this.#versionPath, JSON.stringify({ url, validator } satisfies Version))
  }

  get #versionPath(): string {
    return join(this.#own, 'version.json')
  }
}

function partialPath(folder: string, name: string, owner: number): string {
  return join(folder, `${name}.partial-${owner}-${randomUUID().slice(0, 8)}`)
}
