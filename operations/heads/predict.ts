import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Hub } from '../../catalog/Hub.ts'
import type { RunRecord } from '../../catalog/RunRecord.ts'
import { withRun } from '../../catalog/withRun.ts'
import type { Engine, Progress } from '../../engines/Engine.ts'
import { predictPipeline } from '../../pipelines/predict.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { headLabels } from '../../tables/headLabels.ts'
import { ParquetWriter } from '../../tables/ParquetWriter.ts'
import { findHead, type HeadRow } from './findHead.ts'

export interface PredictOptions {
  readonly hub: Hub
  /** Name or id of a head. */
  readonly head: string
  readonly engine: Engine
  /** Classes kept for each image, the most probable first. @default 5 */
  readonly mostClasses?: number
  readonly signal: AbortSignal
  readonly onProgress?: (progress: Progress) => void
}

/** Judges every embedding of a head's model that the head has not seen. Calling it again with nothing new does nothing. */
export async function predict(
  options: PredictOptions,
): Promise<{ readonly run: RunRecord; readonly head: HeadRow }> {
  const { hub, engine, mostClasses = 5, signal } = options
  const snapshot = await hub.latestSnapshot()
  const head = await findHead(hub, snapshot, options.head)
  const model = { id: head.model_id, sha256: head.model_sha256 }
  const run = await withRun(
    {
      hub,
      command: 'predict',
      work: `predict-${head.head_id}`,
      engine: engine.name,
      parameters: { head: head.head_id, most_classes: mostClasses },
    },
    async ({ id, workFolder }) => {
      await mkdir(workFolder, { recursive: true })
      const { outputs, stages } = await engine.run({
        pipeline: predictPipeline({
          runId: id,
          headId: head.head_id,
          mostClasses,
          predict: { headPath: await hub.storage.localPath(`${head.folder}/head.onnx`), model },
        }),
        inputs: {
          ...hub.tableFiles(await hub.latestSnapshot(), ['images', 'embeddings', 'predictions']),
          head_labels: [{ path: await writeLabels(head.labels, join(workFolder, 'head_labels.parquet')) }],
        },
        storage: hub.storage,
        workFolder,
        signal,
        ...(options.onProgress === undefined ? {} : { onProgress: options.onProgress }),
      })
      return { stages, changes: outputs, model }
    },
  )
  return { run, head }
}

async function writeLabels(labels: readonly string[], path: string): Promise<string> {
  return await withDuckdb({}, async connection => {
    const writer = await ParquetWriter.open(connection, headLabels)
    await writer.write(labels.map((label, position) => ({ position, label })))
    return (await writer.close(path)).path
  })
}
