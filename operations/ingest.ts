import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { Hub } from '../catalog/Hub.ts'
import type { RunRecord } from '../catalog/RunRecord.ts'
import { withRun } from '../catalog/withRun.ts'
import type { Engine, Progress } from '../engines/Engine.ts'
import { ingestPipeline } from '../pipelines/ingest.ts'
import type { ManifestReport } from '../sources/Manifest.ts'
import type { QualityRules } from '../stages/inspect/defaultRules.ts'
import { defaultRules } from '../stages/inspect/defaultRules.ts'
import inspect from '../stages/inspect/inspect.ts'
import { withDuckdb } from '../tables/duckdb.ts'
import { manifest } from '../tables/manifest.ts'
import { type ParquetFile, ParquetWriter } from '../tables/ParquetWriter.ts'
import { readParquet } from '../tables/sqlText.ts'
import type { IngestSource, LabelSource } from './IngestSource.ts'
import { type LabelTables, labelTables } from './labelTables.ts'
import { type OpenSource, openSource } from './openSource.ts'
import { recordedSource } from './photoAccess.ts'
import { writeRefusals } from './writeRefusals.ts'

export interface IngestOptions {
  readonly hub: Hub
  readonly source: IngestSource
  readonly labels: LabelSource | null
  readonly engine: Engine
  /** @default defaultRules */
  readonly rules?: QualityRules
  readonly supplierId?: string
  readonly submissionId?: string
  /** Where downloads of label files are kept. */
  readonly cacheFolder: string
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  readonly onNote?: (line: string) => void
}

export interface IngestResult {
  readonly run: RunRecord
  readonly manifest: ManifestReport
  /** Origins read in this run, by verdict. */
  readonly verdicts: Readonly<Record<string, number>>
  /** Origins read in this run, by reason; one may have several. */
  readonly reasons: Readonly<Record<string, number>>
  readonly labels: LabelTables['report']
}

const baseTables = ['manifest', 'images', 'annotations', 'classes', 'class_edges'] as const

/**
 * Brings a hub up to date with a source: reads what is new or changed, gives every origin a verdict with reasons, and labels.
 * Calling it again with nothing changed reads no image and commits nothing.
 */
export async function ingest(options: IngestOptions): Promise<IngestResult> {
  const { hub, engine, rules = defaultRules, signal } = options
  let result: Omit<IngestResult, 'run'> | undefined
  const run = await withRun(
    {
      hub,
      command: 'ingest',
      work: 'ingest',
      engine: engine.name,
      parameters: { source: recordedSource(options.source), labels: options.labels, rules: rules.version },
    },
    async ({ id, startedAt, workFolder }) => {
      await mkdir(workFolder, { recursive: true })
      return await withDuckdb({ temporaryFolder: join(workFolder, 'spill') }, async connection => {
        const source = await openSource({
          ...options,
          connection,
          hubRoot: hub.storage.root,
          onNote: options.onNote ?? (() => {}),
        })
        const listed = await writeManifest(connection, source, join(workFolder, 'listed.parquet'))
        const snapshot = await hub.latestSnapshot()
        const base = await hub.localFiles(snapshot, baseTables)
        const { outputs, stages } = await engine.run({
          pipeline: ingestPipeline({
            runId: id,
            ingestedAt: new Date(startedAt / 1000).toISOString(),
            rules,
            inspect: inspect.params.parse({ storage: source.storage }),
          }),
          inputs: { listed: [listed], ...hub.tableFiles(snapshot, ['manifest', 'images']) },
          storage: hub.storage,
          workFolder,
          signal,
          ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
        })
        const newImages = (outputs.images ?? []).map(({ path }) => path)
        const labels = await labelTables({
          connection,
          source,
          runId: id,
          folder: workFolder,
          listed: [listed.path],
          newImages,
          base,
        })
        result = {
          manifest: source.manifest.report,
          verdicts: await tally(connection, newImages, 'verdict'),
          reasons: await tally(connection, newImages, 'unnest(reasons)'),
          labels: labels.report,
        }
        await writeRefusals({ connection, storage: hub.storage, runId: id, images: newImages })
        return { stages, rules_version: rules.version, changes: { ...outputs, ...labels.changes } }
      })
    },
  )
  return { run, ...(result as Omit<IngestResult, 'run'>) }
}

async function writeManifest(
  connection: DuckDBConnection,
  source: OpenSource,
  path: string,
): Promise<ParquetFile> {
  const writer = await ParquetWriter.open(connection, manifest.columns)
  for await (const row of source.manifest.rows) await writer.write([row])
  return await writer.close(path)
}

async function tally(
  connection: DuckDBConnection,
  files: readonly string[],
  expression: string,
): Promise<Record<string, number>> {
  if (files.length === 0) return {}
  const result = await connection.runAndReadAll(
    `SELECT value, count(*)::DOUBLE FROM (SELECT ${expression} AS value FROM ${readParquet(files)}) GROUP BY value ORDER BY 2 DESC, 1`,
  )
  return Object.fromEntries(result.getRowsJS() as [string, number][])
}
