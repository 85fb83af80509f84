import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Which rows the workers of a stage hold, on disk: one small file a batch, removed when the batch is done. What a process leaves behind
 * is what it was working on when it died.
 */
export class InFlight {
  /** Keys of the rows that an earlier process died over, or with. */
  readonly suspects: ReadonlySet<string>
  readonly #folder: string

  private constructor(folder: string, suspects: ReadonlySet<string>) {
    this.#folder = folder
    this.suspects = suspects
  }

  static async open(folder: string): Promise<InFlight> {
    await mkdir(folder, { recursive: true })
    const names = await readdir(folder)
    const texts = await Promise.all(names.map(name => readFile(join(folder, name), 'utf8')))
    return new InFlight(folder, new Set(texts.flatMap(text => text.split('\n')).filter(key => key !== '')))
  }

  /** @returns the name to `end` it by */
  async begin(keys: readonly string[]): Promise<string> {
    const name = randomUUID()
    await writeFile(join(this.#folder, name), keys.join('\n'))
    return name
  }

  async end(name: string): Promise<void> {
    await rm(join(this.#folder, name), { force: true })
  }

  /** Nothing is under way, and what was is cleared of suspicion. */
  async clear(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true })
    await mkdir(this.#folder, { recursive: true })
  }
}
