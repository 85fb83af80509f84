import { pathToFileURL } from 'node:url'
import inspect, { type InspectParams } from '../../../stages/inspect/inspect.ts'
import { KeptResources } from '../../../stages/KeptResources.ts'
import { batchToRows, rowsToBatch } from '../../../tables/batch.ts'
import type { Row } from '../../../tables/defineTable.ts'
import { inspections } from '../../../tables/inspections.ts'
import { manifest } from '../../../tables/manifest.ts'

export type ManifestRow = Row<typeof manifest>
export type Inspection = Row<typeof inspections>

export function manifestRow(path: string, bytes: number | null = null): ManifestRow {
  const nothing = { etag: null, modified_at: null, supplier_id: null, submission_id: null }
  return { origin: pathToFileURL(path).href, bytes, ...nothing }
}

/** The rows through the stage in batches, as an engine would hand them over. */
export async function inspectRows(
  rows: readonly ManifestRow[],
  { batchRows = 32, signal = new AbortController().signal, ...params }: InspectRowsOptions = {},
): Promise<Inspection[]> {
  async function* batches() {
    for (let start = 0; start < rows.length; start += batchRows)
      yield rowsToBatch(manifest.columns, rows.slice(start, start + batchRows))
  }
  const inspected: Inspection[] = []
  await using kept = new KeptResources()
  const context = { params: inspect.params.parse(params), signal, keep: kept.keep }
  for await (const batch of inspect.map(batches(), context))
    inspected.push(...batchToRows(inspections.columns, batch))
  return inspected
}

export interface InspectRowsOptions extends Partial<InspectParams> {
  batchRows?: number
  signal?: AbortSignal
}
