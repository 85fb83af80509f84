import { z } from 'zod'
import { type TableName, tables } from '../tables/tables.ts'

const dataFile = z.object({
  /** Key below the hub. */
  key: z.string(),
  rows: z.number().int().nonnegative(),
  bytes: z.number().int().nonnegative(),
})

export const snapshotSchema = z.object({
  id: z.number().int().positive(),
  /** The snapshot this one was derived from; null for the first. */
  parent: z.number().int().positive().nullable(),
  run_id: z.string(),
  committed_at: z.iso.datetime(),
  tables: z.partialRecord(z.enum(Object.keys(tables) as [TableName, ...TableName[]]), z.array(dataFile)),
})

export type DataFile = Readonly<z.infer<typeof dataFile>>

/** The complete list of a hub's data files after one run. It never changes; a reader holds one and sees nothing of later runs. */
export type Snapshot = Readonly<z.infer<typeof snapshotSchema>>

/** Where a snapshot is kept: ids in fixed width, so that names sort as numbers do. */
export function snapshotKey(id: number): string {
  return `snapshots/${String(id).padStart(10, '0')}.json`
}

/** The id that a snapshot's key names, or null for any other key. */
export function snapshotId(key: string): number | null {
  const match = /^snapshots\/(\d{10})\.json$/.exec(key)
  return match === null ? null : Number(match[1])
}
