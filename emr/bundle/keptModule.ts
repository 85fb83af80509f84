import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { codeVersion } from '../../base/codeVersion.ts'
import type { Bundle } from '../../engines/spark/bundle/buildBundle.ts'
import { temporaryName } from '../../storage/temporaryName.ts'

export interface KeptModuleOptions {
  /** Modules are kept there. */
  readonly cacheFolder: string
  /** The file that is bundled, with all that it imports. */
  readonly entry: string
  readonly build: () => Promise<Bundle>
}

const recordSchema = z.object({
  /** Size and time of each file that it was made of. */
  inputs: z.array(z.object({ path: z.string(), size: z.number(), modified: z.number() })),
  code: z.string(),
})

/** A module as it was built of the very same files, else built anew: bundling takes longer than all else that compiling a job does. */
export async function keptModule({ cacheFolder, entry, build }: KeptModuleOptions): Promise<Uint8Array> {
  const key = createHash('sha256').update(`${codeVersion()} ${entry}`).digest('hex').slice(0, 16)
  const file = join(cacheFolder, 'emr/modules', `${key}.json`)
  const kept = await readRecord(file)
  if (kept !== null && (await areAsTheyWere(kept.inputs))) return Buffer.from(kept.code)
  const { bytes, inputs } = await build()
  const record: z.infer<typeof recordSchema> = {
    inputs: await Promise.all(inputs.map(seen)),
    code: Buffer.from(bytes).toString(),
  }
  await mkdir(dirname(file), { recursive: true })
  const unfinished = join(dirname(file), temporaryName())
  await writeFile(unfinished, JSON.stringify(record))
  await rename(unfinished, file)
  return bytes
}

async function readRecord(file: string): Promise<z.infer<typeof recordSchema> | null> {
  try {
    return recordSchema.parse(JSON.parse(await readFile(file, 'utf8')))
  } catch {
    // None yet, or one that a power cut left: it is made anew.
    return null
  }
}

async function seen(path: string) {
  const { size, mtimeMs } = await stat(path)
  return { path, size, modified: mtimeMs }
}

async function areAsTheyWere(inputs: z.infer<typeof recordSchema>['inputs']): Promise<boolean> {
  const now = await Promise.all(inputs.map(({ path }) => seen(path).catch(() => null)))
  return inputs.every(({ size, modified }, at) => now[at]?.size === size && now[at]?.modified === modified)
}
