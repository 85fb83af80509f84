import { userError } from '../base/HubError.ts'
import type { Storage } from '../storage/Storage.ts'
import { addCase } from './Cases.ts'
import { skipReason } from './candidates.ts'
import type { Manifest, ManifestReport, ManifestRow } from './Manifest.ts'

export interface ManifestFromStorageOptions {
  readonly storage: Storage
  /** Keys that start with one of these are left out, for example a hub that lies inside the folder. */
  readonly exclude?: readonly string[]
  readonly supplierId?: string
  readonly submissionId?: string
  readonly signal?: AbortSignal
}

/**
 * A manifest row for every candidate image below a storage's root, as the listing gives them: nothing is held.
 * @throws HubError `nothing_to_read` at the end of the rows, where there was no candidate; what the listing throws.
 */
export function manifestFromStorage(options: ManifestFromStorageOptions): Manifest {
  const report: ManifestReport = { candidates: 0, bytes: 0, skipped: {} }
  return { rows: listRows(options, report), report, root: options.storage.root }
}

async function* listRows(
  { storage, exclude = [], supplierId, submissionId, signal }: ManifestFromStorageOptions,
  report: ManifestReport,
): AsyncGenerator<ManifestRow> {
  for await (const { key, bytes, etag, modifiedAt } of storage.list(signal === undefined ? {} : { signal })) {
    const reason = exclude.some(prefix => key.startsWith(prefix)) ? 'excluded' : skipReason(key)
    if (reason !== null) {
      addCase(report.skipped, reason, key)
      continue
    }
    report.candidates++
    report.bytes += bytes
    yield {
      origin: storage.uri(key),
      bytes,
      etag,
      modified_at: modifiedAt,
      supplier_id: supplierId ?? null,
      submission_id: submissionId ?? null,
    }
  }
  if (report.candidates === 0) throw nothingToRead(storage.root, report)
}

/** The error for a source without a single candidate; it says what was there instead. */
export function nothingToRead(from: string, { skipped }: ManifestReport) {
  const seen = Object.entries(skipped).map(
    ([reason, entry]) => `${entry?.count} ${reason} (${entry?.examples.join(', ')})`,
  )
  return userError(
    'nothing_to_read',
    `${from} holds no candidate image${seen.length === 0 ? ': it is empty' : `, only ${seen.join('; ')}`}`,
    'name a folder, an s3:// prefix or a CSV with at least one image',
  )
}
