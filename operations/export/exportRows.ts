import { createHash } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Catalog, CopiedRows, ResultColumn } from '../../catalog/Catalog.ts'
import type { Hub } from '../../catalog/Hub.ts'
import type { RunRecord } from '../../catalog/RunRecord.ts'
import { withRun } from '../../catalog/withRun.ts'
import type { Engine, Progress } from '../../engines/Engine.ts'
import type { StorageOptions } from '../../storage/openStorage.ts'
import { openHubCatalog } from '../openHubCatalog.ts'
import { originAccess } from '../photoAccess.ts'
import { type Question, type Statement, statementOf } from '../question.ts'
import { type CopiedImages, copyImages } from './copyImages.ts'
import { folderTarget, parquetTarget } from './exportTarget.ts'
import { foldersColumn } from './plannedCopies.ts'

export interface ExportOptions {
  readonly hub: Hub
  readonly question: Question
  /** The file: `folder/name.parquet` or `s3://bucket/prefix/name.parquet`. */
  readonly to: string
  /** Rows at most. @default all */
  readonly limit?: number
  /** Where the originals of the rows go: a folder or s3://bucket/prefix. @default nowhere */
  readonly images?: string
  /** Column whose values are the folders of the pictures; `none`: no folders. @default display_name, else label, else none */
  readonly folders?: string
  /** How the origins are reached. @default as the run that ingested them last did */
  readonly storage?: StorageOptions
  /** How the targets are reached. @default as the environment says */
  readonly targetStorage?: StorageOptions
  /** Seconds that the query may take. @default 600 */
  readonly timeoutSeconds?: number
  /** What the record says ran it. @default 'local' */
  readonly engine?: Engine['name']
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

export interface ExportResult {
  readonly run: RunRecord
  readonly to: string
  readonly rows: number
  readonly bytes: number
  readonly columns: readonly ResultColumn[]
  /** Null where none were asked for. */
  readonly images: CopiedImages | null
}

/**
 * Writes the rows of a query over the hub's newest snapshot to a Parquet file, which appears whole or not at all, and copies the originals of
 * the rows where asked to. The run changes no table and is recorded.
 * @throws HubError `bad_target`, `missing_column`, `usage`, `unknown_query`, those of Catalog and of Storage; `hub_busy` where an export to
 * the same file is under way
 */
export async function exportRows(options: ExportOptions): Promise<ExportResult> {
  const { hub, question, images, targetStorage = {} } = options
  const statement = statementOf(question)
  const reach = { hub, storage: targetStorage }
  const file = await parquetTarget(options.to, reach)
  const folder = images === undefined ? null : await folderTarget(images, reach)
  let result: Omit<ExportResult, 'run'> | undefined
  try {
    const run = await withRun(
      {
        hub,
        command: 'export',
        work: `export-${createHash('sha256').update(file.uri).digest('hex').slice(0, 16)}`,
        engine: options.engine ?? 'local',
        parameters: recorded(options, file.uri),
      },
      async ({ workFolder }) => {
        const path = join(workFolder, 'rows.parquet')
        await mkdir(workFolder, { recursive: true })
        await rm(path, { force: true })
        const snapshot = await hub.latestSnapshot()
        await using catalog = await openHubCatalog(hub, {
          snapshot,
          tables: statement.tables,
          exportPath: path,
        })
        const { rows, columns } = await copyRows(catalog, statement, options)
        const names = columns.map(({ name }) => name)
        // Before the file is there: who asks for pictures of rows that have none is told so and nothing else.
        const folders = folder === null ? null : foldersColumn(options.folders ?? null, names)
        const { bytes } = await file.storage.putFile(file.key, path)
        const copied =
          folder === null
            ? null
            : await copyImages({
                rows: path,
                columns: names,
                images: (await hub.localFiles(snapshot, ['images'])).images,
                folders,
                target: folder,
                access: await originAccess(catalog, options.storage),
                temporaryFolder: workFolder,
                signal: options.signal,
                onProgress: options.onProgress ?? (() => undefined),
              })
        const pictures = copied?.images ?? null
        result = { to: file.uri, rows, bytes, columns, images: pictures }
        return {
          changes: {},
          stages: copied === null ? [] : [copied.stage],
          exported: {
            to: file.uri,
            rows,
            bytes,
            images:
              pictures === null
                ? null
                : {
                    to: pictures.to,
                    copied: pictures.copied,
                    present: pictures.present,
                    failed: pictures.failed,
                  },
          },
        }
      },
    )
    if (result === undefined) throw new Error('the run ended without a result')
    return { run, ...result }
  } finally {
    await file.storage.close()
    await folder?.close()
  }
}

async function copyRows(
  catalog: Catalog,
  { statement, parameters }: Statement,
  { limit, timeoutSeconds = 600, signal }: ExportOptions,
): Promise<CopiedRows> {
  signal.throwIfAborted()
  const stop = () => void catalog.close()
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await catalog.copy(statement, parameters, {
      timeoutSeconds,
      ...(limit === undefined ? {} : { maxRows: limit }),
    })
  } catch (thrown) {
    signal.throwIfAborted()
    throw thrown
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** What was asked for, by the names of the command's options. */
function recorded({ question, limit, images, folders }: ExportOptions, to: string): RunRecord['parameters'] {
  const given = Object.entries(question.parameters ?? {}).map(([name, value]) => `${name}=${value}`)
  return {
    ...(question.query === undefined ? { sql: question.sql } : { query: question.query }),
    ...(given.length === 0 ? {} : { param: given }),
    to,
    ...(limit === undefined ? {} : { limit }),
    ...(images === undefined ? {} : { images }),
    ...(folders === undefined ? {} : { folders }),
  }
}
