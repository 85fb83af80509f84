import { randomUUID } from 'node:crypto'
import type { SparkSession } from '../connect/SparkSession.ts'
import type { MlObject } from './MlObject.ts'

export interface SavePipelineModelOptions {
  readonly session: SparkSession
  /** Folder that Spark can write to; what is there is replaced. */
  readonly path: string
  /** Fitted stages in the order they transform. */
  readonly stages: readonly MlObject[]
}

/**
 * Saves stages as one PipelineModel that `PipelineModel.load` of any Spark of the same or a newer version reads. Over Connect MLlib saves
 * single models only: the pipeline's own metadata, one line of JSON beside them, is written here.
 */
export async function savePipelineModel({ session, path, stages }: SavePipelineModelOptions): Promise<void> {
  const metadata = {
    class: 'org.apache.spark.ml.PipelineModel',
    timestamp: Date.now(),
    sparkVersion: session.version,
    uid: `PipelineModel_${randomUUID().slice(0, 8)}`,
    paramMap: { stageUids: stages.map(({ uid }) => uid) },
    defaultParamMap: {},
  }
  const line = session.sql(`SELECT ${sqlText(JSON.stringify(metadata))} AS value`)
  await line.write({ format: 'text', path: `${path}/metadata`, mode: 'overwrite' })
  const digits = String(stages.length).length
  for (const [index, stage] of stages.entries()) {
    await stage.save(`${path}/stages/${String(index).padStart(digits, '0')}_${stage.uid}`)
  }
}

const sqlText = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`
