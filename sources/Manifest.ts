import type { Row } from '../tables/defineTable.ts'
import type { manifest } from '../tables/manifest.ts'
import type { Cases } from './Cases.ts'

export type ManifestRow = Row<typeof manifest>

/** What a manifest was made of. Complete once its rows were read to the end. */
export interface ManifestReport {
  /** Rows given out. */
  candidates: number
  /** Sum of the sizes that are known. */
  bytes: number
  /** What was seen and is no candidate, by reason: nothing is lost without a trace. */
  readonly skipped: Partial<Record<string, Cases>>
}

/** The rows to read, one at a time, and the report that grows with them. Can be iterated once. */
export interface Manifest {
  readonly rows: AsyncIterable<ManifestRow>
  readonly report: ManifestReport
  /** URI of the folder that labels may name files relative to; null where there is no single one. */
  readonly root: string | null
}
