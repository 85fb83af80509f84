import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { HubError } from '../../../base/HubError.ts'
import { sha256OfFile } from '../../../storage/sha256OfFile.ts'

/** SHA-256 (hex) of each file of a folder, by name. */
export async function hashJars(folder: string): Promise<Map<string, string>> {
  const hashes = new Map<string, string>()
  for (const name of (await readdir(folder)).sort()) {
    hashes.set(name, await sha256OfFile(join(folder, name)))
  }
  return hashes
}

/**
 * Compares the jars of a folder with the pinned ones.
 * @throws HubError `spark_damaged` naming those that are missing, different, or too many
 */
export async function checkJars(options: {
  readonly folder: string
  readonly pinned: ReadonlyMap<string, string>
  /** Of Spark, for messages. */
  readonly version: string
}): Promise<void> {
  const { folder, pinned, version } = options
  const found = await hashJars(folder)
  const faults = [...new Set([...pinned.keys(), ...found.keys()])].flatMap(name => {
    if (!found.has(name)) return [`${name} is missing`]
    if (!pinned.has(name)) return [`${name} is not expected`]
    return found.get(name) === pinned.get(name) ? [] : [`${name} has another content`]
  })
  if (faults.length === 0) return
  const more = faults.length > 5 ? [`and ${faults.length - 5} more`] : []
  throw new HubError({
    code: 'spark_damaged',
    message: `the jars of Spark ${version} are not those that are pinned: ${[...faults.slice(0, 5), ...more].join('; ')}`,
    hint: "remove these jars from Maven's local repository (by default ~/.m2/repository) and run `npm run spark:setup` again; if it stays so, Maven's repository is not to be trusted",
  })
}
