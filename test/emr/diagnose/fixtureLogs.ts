import { globSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { type DiagnoseOptions, diagnose } from '../../../emr/diagnose/diagnose.ts'
import { readLogs } from '../../../emr/diagnose/readLogs.ts'
import type { ToldCluster, ToldStep } from '../../../emr/diagnose/Told.ts'
import { openStorage } from '../../../storage/openStorage.ts'

export const clusterId = 'j-1EXAMPLE'

export interface Told {
  readonly cluster: ToldCluster
  readonly steps: readonly ToldStep[]
}

/** A step that failed for reasons that EMR does not tell. */
const stepFailed: Told = {
  cluster: { Id: clusterId, LogUri: 's3n://logs/emr/', Status: { State: 'WAITING' } },
  steps: [{ Id: 's-2A7EXAMPLE', Name: 'featurize', Status: { State: 'FAILED' } }],
}

/** What EMR told and copied: statuses, and the bytes of logs by their path below `LogUri/j-...`. */
export interface Fixture {
  readonly told: Told
  readonly logs: ReadonlyMap<string, Buffer>
}

export function readFixture(folder: string): Fixture {
  const at = join(import.meta.dirname, folder)
  const files = globSync('**/*', { cwd: at, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(at.length + 1))
  const told = files.includes('status.json')
    ? (JSON.parse(readFileSync(join(at, 'status.json'), 'utf8')) as Told)
    : stepFailed
  const logs = files.filter(file => file !== 'status.json')
  return { told, logs: new Map(logs.map(file => [file, readFileSync(join(at, file))] as const)) }
}

/** Files as EMR leaves them: each log whole or in hourly parts, packed or not. */
export function asParts(
  logs: Fixture['logs'],
  { cuts, packed }: { readonly cuts: readonly number[]; readonly packed: boolean },
): Map<string, Buffer> {
  const files = new Map<string, Buffer>()
  for (const [path, bytes] of logs) {
    const ends = [...new Set(cuts.map(cut => Math.floor(cut * bytes.length)))].sort((a, b) => a - b)
    const parts = [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
    parts.forEach((part, index) => {
      const hour = index === parts.length - 1 ? '' : `.2026-11-24-${String(index).padStart(2, '0')}`
      files.set(`${path}${hour}${packed ? '.gz' : ''}`, packed ? gzipSync(part) : part)
    })
  }
  return files
}

/** Writes the files below `folder/j-...` and asks what failed. */
export async function diagnoseFiles(
  folder: string,
  told: Told,
  files: ReadonlyMap<string, Buffer>,
  options: Partial<DiagnoseOptions> = {},
) {
  for (const [path, bytes] of files) {
    const file = join(folder, clusterId, path)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, bytes)
  }
  return diagnose({ ...told, logs: readLogs({ storage: openStorage(folder), clusterId }), ...options })
}
