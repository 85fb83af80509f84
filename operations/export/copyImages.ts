import { createHash } from 'node:crypto'
import pLimit from 'p-limit'
import { HubError, toError, userError } from '../../base/HubError.ts'
import type { StageRecord } from '../../catalog/RunRecord.ts'
import type { Progress } from '../../engines/Engine.ts'
import { defaultDecodeLimits } from '../../stages/image/limits.ts'
import { type OriginReaderOptions, openOriginReader } from '../../storage/originReader.ts'
import type { Storage } from '../../storage/Storage.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { streamTable } from '../../tables/streamTable.ts'
import { copiesSql, copyColumns, type PlannedCopy } from './plannedCopies.ts'
import { safeName } from './safeName.ts'

/** Pictures in flight, each held whole: up to 64 MiB, mostly under one. */
const concurrency = 16
/** Failures that an answer names; the others are counted. */
const maxListed = 100

export interface CopyImagesOptions {
  /** Local Parquet file of the exported rows. */
  readonly rows: string
  readonly columns: readonly string[]
  /** Local files of the table images. */
  readonly images: readonly string[]
  /** Column whose values are the folders; null: none. */
  readonly folders: string | null
  readonly target: Storage
  /** How the origins are reached. */
  readonly access: OriginReaderOptions
  readonly temporaryFolder: string
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

export interface FailedCopy {
  readonly origin: string
  readonly code: string
  readonly message: string
}

export interface CopiedImages {
  readonly to: string
  readonly copied: number
  /** Those that are there already, of the size that they are to have. */
  readonly present: number
  /** Rows of images that the hub did not accept, where the query does not ask for the verdict. */
  readonly notAccepted: number
  readonly failed: number
  /** The first 100 of them. */
  readonly failures: readonly FailedCopy[]
}

/**
 * Copies the originals of exported rows, each once for each folder, as `<folder>/<image_id>.<format>`. What is there with the same size
 * is left alone; what cannot be read, or holds other bytes than when it was ingested, is counted and named.
 * @throws HubError of the target, which no other picture could be written to either: `access_denied`, `storage_full`, ...
 */
export async function copyImages(
  options: CopyImagesOptions,
): Promise<{ readonly images: CopiedImages; readonly stage: StageRecord }> {
  const { target, signal, onProgress } = options
  const started = performance.now()
  const done = { copied: 0, present: 0, failed: 0 }
  const failures: FailedCopy[] = []
  const reader = openOriginReader(options.access)
  const read = (origin: string) => reader.read(origin, { maxBytes: defaultDecodeLimits.maxBytes, signal })
  try {
    return await withDuckdb({ temporaryFolder: options.temporaryFolder, threads: 2 }, async connection => {
      await connection.run(copiesSql(options))
      const counts = await connection.runAndReadAll(
        'SELECT count(*) FROM copies UNION ALL SELECT count(*) FROM refused',
      )
      const [total = 0, notAccepted = 0] = counts.getRows().map(([count]) => Number(count))
      const turn = pLimit(concurrency)
      const one = async (copy: PlannedCopy) => {
        signal.throwIfAborted()
        const failure = await copyOne(copy, { target, read, signal })
        if (typeof failure === 'string') done[failure] += 1
        else {
          done.failed += 1
          if (failures.length < maxListed) failures.push(failure)
        }
        const rowsDone = done.copied + done.present + done.failed
        onProgress({ stage: 'copy', rowsDone, rowsTotal: total, rowsResumed: done.present })
      }
      for await (const group of streamTable(connection, 'copies', copyColumns, 256))
        await Promise.all(group.map(copy => turn(() => one(copy))))
      const seconds = (performance.now() - started) / 1000
      return {
        images: { to: target.root, ...done, notAccepted, failures },
        stage: {
          name: 'copy',
          version: '1',
          rows_in: total,
          rows_out: total - done.failed,
          rows_resumed: done.present,
          seconds,
          workers: 1,
          timeline: [
            [0, 0],
            [seconds, total],
          ],
        },
      }
    })
  } finally {
    await reader.close()
  }
}

interface CopyingOne {
  readonly target: Storage
  readonly read: (origin: string) => Promise<Uint8Array>
  readonly signal: AbortSignal
}

async function copyOne(
  copy: PlannedCopy,
  { target, read, signal }: CopyingOne,
): Promise<'copied' | 'present' | FailedCopy> {
  const { origin, folder, image_id, sha256, format } = copy
  let key: string
  let bytes: Uint8Array
  try {
    if (copy.verdict === null) throw userError('unknown_image', 'the hub has no image with this origin')
    if (image_id === null || sha256 === null)
      throw userError('unreadable', 'the hub could not read it when it was ingested')
    const name = `${safeName(image_id)}${format === null ? '' : `.${extensionOf(format)}`}`
    key = folder === null ? name : `${safeName(folder)}/${name}`
    const there = await target.stat(key, { signal })
    if (there !== null && there.bytes === copy.bytes) return 'present'
    bytes = await read(origin)
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      throw userError('origin_changed', 'it holds other bytes than when it was ingested')
  } catch (thrown) {
    signal.throwIfAborted()
    const error = toError(thrown)
    return { origin, code: error instanceof HubError ? error.code : 'failed', message: error.message }
  }
  await target.write(key, bytes, { signal })
  return 'copied'
}

function extensionOf(format: string): string {
  return format === 'jpeg' ? 'jpg' : safeName(format)
}
