import { readSql } from '../sql/readSql.ts'
import type { QualityRules } from '../stages/inspect/defaultRules.ts'
import inspect, { type InspectParams } from '../stages/inspect/inspect.ts'
import { failures } from '../tables/failures.ts'
import { images } from '../tables/images.ts'
import { manifest } from '../tables/manifest.ts'
import { quality } from '../tables/quality.ts'
import type { SqlParameters } from './bindParameters.ts'
import type { Pipeline } from './Pipeline.ts'

export interface IngestPipelineOptions {
  readonly runId: string
  /** Start of the run, ISO 8601. */
  readonly ingestedAt: string
  readonly rules: QualityRules
  readonly inspect: InspectParams
}

/**
 * Listed origins to images with a verdict: what is new or changed is inspected once; verdicts, duplicates and quality rows follow by
 * query from what was measured.
 */
export function ingestPipeline({
  runId,
  ingestedAt,
  rules,
  inspect: params,
}: IngestPipelineOptions): Pipeline {
  const query = (
    name: string,
    sql: string,
    output:
      | typeof images.columns
      | typeof manifest.columns
      | typeof quality.columns
      | typeof failures.columns,
    parameters: SqlParameters = {},
  ) => ({ kind: 'query', name, sql: readSql('pipelines', sql), output, parameters }) as const
  return {
    name: 'ingest',
    inputs: { listed: manifest.columns, manifest: manifest.columns, images: images.columns },
    steps: [
      query('to_read', 'ingest_to_read', manifest.columns),
      {
        kind: 'stage',
        name: 'inspections',
        stage: inspect,
        input: 'to_read',
        params,
        identity: params.limits,
        batchRows: 32,
      },
      query('judged_images', 'ingest_images', images.columns, {
        ...rules.thresholds,
        rules_version: rules.version,
        run_id: runId,
        ingested_at: ingestedAt,
      }),
      query('judged_quality', 'ingest_quality', quality.columns, { run_id: runId }),
      query('unread', 'ingest_failures', failures.columns, { run_id: runId }),
    ],
    outputs: { manifest: 'to_read', images: 'judged_images', quality: 'judged_quality', failures: 'unread' },
  }
}
