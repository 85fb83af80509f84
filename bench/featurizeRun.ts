import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { StageRecord } from '../catalog/RunRecord.ts'
import type { Engine } from '../engines/Engine.ts'
import type { ModelManifest } from '../models/ModelManifest.ts'
import type { StageStep } from '../pipelines/Pipeline.ts'
import { featurizeInput } from '../stages/featurize/columns.ts'
import featurize from '../stages/featurize/featurize.ts'
import { openStorage } from '../storage/openStorage.ts'

/** As in the pipeline. */
export const featurizeBatchRows = 8

/** Runs featurize, or a part of it, over an input file; the stage's record tells rows, seconds and timeline. */
export async function runFeaturizeStage(options: {
  readonly stage: StageStep['stage']
  readonly model: { readonly manifest: Pick<ModelManifest, 'input' | 'output'>; readonly path: string }
  readonly input: string
  readonly folder: string
  readonly engine: Engine
  /** More of them than featurize has. */
  readonly params?: object
}): Promise<StageRecord> {
  const { stage, model, input, folder, engine } = options
  const params = {
    ...featurize.params.parse({ modelPath: model.path, model: model.manifest }),
    ...options.params,
  }
  const workFolder = await mkdtemp(join(folder, 'work-'))
  try {
    const { stages } = await engine.run({
      pipeline: {
        name: 'bench',
        inputs: { to_do: featurizeInput },
        steps: [
          {
            kind: 'stage',
            name: 'bench',
            stage,
            input: 'to_do',
            params,
            identity: null,
            batchRows: featurizeBatchRows,
          },
        ],
        outputs: {},
      },
      inputs: { to_do: [{ path: input }] },
      storage: openStorage(workFolder),
      workFolder,
      signal: new AbortController().signal,
    })
    const [record] = stages
    if (record === undefined) throw new Error('the pipeline ran no stage')
    return record
  } finally {
    await rm(workFolder, { recursive: true, force: true })
  }
}

/** Rows a second between the first and the last tenth of a stage's rows: without start and end. */
export function steadyRate({ timeline, rows_in }: StageRecord): number {
  const from = timeline.find(([, rows]) => rows >= rows_in * 0.1)
  const to = timeline.findLast(([, rows]) => rows <= rows_in * 0.95)
  if (from === undefined || to === undefined || to[1] <= from[1])
    throw new Error('too few rows for a steady rate')
  return (to[1] - from[1]) / (to[0] - from[0])
}
