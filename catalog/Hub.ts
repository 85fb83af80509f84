import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import pLimit from 'p-limit'
import { z } from 'zod'
import { HubError, userError } from '../base/HubError.ts'
import { defaultCacheFolder } from '../storage/defaultCacheFolder.ts'
import { openStorage, type StorageOptions } from '../storage/openStorage.ts'
import type { Storage } from '../storage/Storage.ts'
import type { TableName } from '../tables/tables.ts'
import type { RunRecord } from './RunRecord.ts'
import { type DataFile, type Snapshot, snapshotId, snapshotKey, snapshotSchema } from './Snapshot.ts'

const markerKey = 'imagehub.json'
/** Grows when an older program could misread a hub. */
const formatVersion = 1

const markerSchema = z.object({ format: z.number().int(), created_at: z.iso.datetime() })

/** Records are read as they were written; later programs may say more. */
const runSchema = z.custom<RunRecord>(value => z.looseObject({ run_id: z.string() }).safeParse(value).success)

/** A hub: a folder or an S3 prefix with snapshots, run records, data files and models. */
export class Hub {
  readonly storage: Storage
  /** Local folder for unfinished work: in the hub where it is a folder, else in the user's cache. */
  readonly workFolder: string

  private constructor(storage: Storage) {
    this.storage = storage
    this.workFolder = storage.root.startsWith('file://')
      ? join(fileURLToPath(storage.root), 'work')
      : join(
          defaultCacheFolder(),
          'work',
          createHash('sha256').update(storage.root).digest('hex').slice(0, 16),
        )
  }

  /**
   * @throws HubError `not_a_hub` where there is none and `create` is not set; `newer_hub` where a newer program made it
   */
  static async open(
    uri: string,
    options: { readonly create?: boolean; readonly storage?: StorageOptions } = {},
  ): Promise<Hub> {
    const storage = openStorage(uri, options.storage)
    const marker = await storage.stat(markerKey)
    if (marker === null) {
      if (!options.create)
        throw userError(
          'not_a_hub',
          `${uri} is not a hub`,
          `make one with: imagehub ingest --hub ${uri} --from PHOTOS`,
        )
      await storage.create(
        markerKey,
        `${JSON.stringify({ format: formatVersion, created_at: new Date().toISOString() })}\n`,
      )
    }
    const { format } = parseJson(await storage.read(markerKey), markerSchema, markerKey)
    if (format > formatVersion)
      throw userError(
        'newer_hub',
        `${uri} has format ${format}, this program knows formats up to ${formatVersion}`,
        'install a newer imagehub',
      )
    return new Hub(storage)
  }

  /** The newest snapshot, or null where no run has committed yet. */
  async latestSnapshot(): Promise<Snapshot | null> {
    let newest = 0
    for await (const { key } of this.storage.list({ prefix: 'snapshots/' }))
      newest = Math.max(newest, snapshotId(key) ?? 0)
    return newest === 0 ? null : await this.snapshot(newest)
  }

  async snapshot(id: number): Promise<Snapshot> {
    const key = snapshotKey(id)
    if ((await this.storage.stat(key)) === null)
      throw userError(
        'unknown_snapshot',
        `the hub has no snapshot ${id}`,
        'imagehub runs lists the snapshots',
      )
    return parseJson(await this.storage.read(key), snapshotSchema, key)
  }

  /** False where another run has committed this id already. */
  async createSnapshot(snapshot: Snapshot): Promise<boolean> {
    return await this.storage.create(snapshotKey(snapshot.id), `${JSON.stringify(snapshot, null, 1)}\n`)
  }

  /** Local paths of a snapshot's files of some tables. */
  async localFiles<T extends TableName>(
    snapshot: Snapshot | null,
    names: readonly T[],
  ): Promise<Record<T, string[]>> {
    const entries = names.map(async name => {
      const files = snapshot?.tables[name] ?? []
      return [name, await Promise.all(files.map(({ key }) => this.storage.localPath(key)))] as const
    })
    return Object.fromEntries(await Promise.all(entries)) as Record<T, string[]>
  }

  /** The files of a snapshot's tables, as an engine takes them. */
  tableFiles<T extends TableName>(
    snapshot: Snapshot | null,
    names: readonly T[],
  ): Record<T, readonly DataFile[]> {
    const entries = names.map((name): [T, readonly DataFile[]] => [name, snapshot?.tables[name] ?? []])
    return Object.fromEntries(entries) as Record<T, readonly DataFile[]>
  }

  /** Removes what a cluster's machines exchanged for a piece of work: `work/<work>/` of the hub's storage. */
  async removeSharedWork(work: string): Promise<void> {
    const turn = pLimit(16)
    const removals: Promise<void>[] = []
    for await (const { key } of this.storage.list({ prefix: `work/${work}/` }))
      removals.push(turn(() => this.storage.remove(key)))
    await Promise.all(removals)
  }

  async writeRun(record: RunRecord): Promise<void> {
    await this.storage.write(`runs/${record.run_id}.json`, `${JSON.stringify(record, null, 1)}\n`)
  }

  /** Every run's record, oldest first. */
  async runs(): Promise<RunRecord[]> {
    const keys: string[] = []
    for await (const { key } of this.storage.list({ prefix: 'runs/' }))
      if (key.endsWith('.json')) keys.push(key)
    const records = await Promise.all(
      keys.map(async key => parseJson(await this.storage.read(key), runSchema, key)),
    )
    return records.sort((a, b) => (a.run_id < b.run_id ? -1 : 1))
  }

  /** The ids of the runs that made a snapshot. */
  async committedRuns(): Promise<Set<string>> {
    const ids: number[] = []
    for await (const { key } of this.storage.list({ prefix: 'snapshots/' })) {
      const id = snapshotId(key)
      if (id !== null) ids.push(id)
    }
    const snapshots = await Promise.all(ids.map(id => this.snapshot(id)))
    return new Set(snapshots.map(({ run_id }) => run_id))
  }

  async close(): Promise<void> {
    await this.storage.close()
  }
}

function parseJson<T>(bytes: Uint8Array, schema: z.ZodType<T>, key: string): T {
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)))
  } catch (cause) {
    throw new HubError({
      code: 'damaged_hub',
      message: `${key} of the hub cannot be understood`,
      hint: 'restore the file, or start a new hub',
      cause,
    })
  }
}
