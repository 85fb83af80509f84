import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { codeVersion } from '../../base/codeVersion.ts'
import { userError } from '../../base/HubError.ts'
import type { Hub } from '../../catalog/Hub.ts'
import type { RunRecord } from '../../catalog/RunRecord.ts'
import { withRun } from '../../catalog/withRun.ts'
import type { Engine } from '../../engines/Engine.ts'
import { type ModelCard, modelCard } from '../../models/heads/modelCard.ts'
import type { Row } from '../../tables/defineTable.ts'
import { withDuckdb } from '../../tables/duckdb.ts'
import { heads } from '../../tables/heads.ts'
import { type ParquetFile, ParquetWriter } from '../../tables/ParquetWriter.ts'
import { embeddingsModelHash } from './embeddingsModelHash.ts'
import { type TrainedHead, type TrainHeadOptions, trainHead } from './trainHead.ts'
import type { TrainingFiles } from './trainingLabels.ts'

/** What training is asked to do. */
export type TrainSettings = Omit<
  TrainHeadOptions,
  'name' | 'modelId' | 'modelSha256' | 'files' | 'headId' | 'runId' | 'folder'
>

/** MLlib's regParam of the published Spark pipelines and its solver's defaults, on all classes, a fifth of the images held out. */
export const trainDefaults: TrainSettings = {
  classes: null,
  kind: null,
  group: null,
  regParams: [0.05],
  elasticNetParams: [0],
  folds: 5,
  balanced: false,
  testFraction: 0.2,
  seed: 1,
  maxIterations: 100,
  tolerance: 1e-6,
}

export interface TrainOptions extends Partial<TrainSettings> {
  readonly hub: Hub
  readonly name: string
  readonly modelId: string
  readonly engine: Engine
  readonly signal: AbortSignal
}

export interface TrainResult {
  readonly run: RunRecord
  readonly headId: string
  /** Where head.onnx, card.md and card.json are, relative to the hub. */
  readonly folder: string
  readonly head: TrainedHead
}

/** A head's name becomes a folder of the hub. */
const namePattern = /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,62}[A-Za-z0-9])?$/

/** What a head is planned from, beside the embeddings. */
const planTables = ['annotations', 'classes', 'images'] as const

/** Trains a logistic-regression head on a hub's embeddings and verified labels, judges it on held-out images and keeps it in the hub. */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const { hub, engine, signal, name, modelId, ...given } = options
  const settings = { ...trainDefaults, ...given }
  if (!namePattern.test(name))
    throw userError(
      'bad_name',
      `${JSON.stringify(name)} cannot name a head`,
      'use up to 64 letters, digits, dots, dashes and underscores, beginning and ending with a letter or digit',
    )
  let trained: Omit<TrainResult, 'run'> | undefined
  const run = await withRun(
    {
      hub,
      command: 'train',
      work: `train-${name}`,
      engine: engine.name,
      parameters: { name, modelId, ...settings },
    },
    async ({ id, startedAt, workFolder }) => {
      await rm(workFolder, { recursive: true, force: true })
      await mkdir(workFolder, { recursive: true })
      const snapshot = await hub.latestSnapshot()
      const { embeddings } = hub.tableFiles(snapshot, ['embeddings'])
      await using training = await engine.openTraining({
        embeddings,
        modelId,
        storage: hub.storage,
        workFolder,
        signal,
      })
      const files: TrainingFiles = {
        ...(await hub.localFiles(snapshot, planTables)),
        embeddings: await training.embedded(),
      }
      const modelSha256 = await embeddingsModelHash(files.embeddings, modelId)
      const headId = `${name}@${id}`
      const started = performance.now()
      const head = await trainHead(
        { ...settings, name, modelId, files, headId, modelSha256, runId: id, folder: workFolder },
        { training, signal },
      )
      const seconds = (performance.now() - started) / 1000
      const folder = `heads/${headId}`
      const card = modelCard(
        cardOf({
          name,
          modelId,
          settings,
          head,
          headId,
          modelSha256,
          runId: id,
          startedAt,
          snapshot: snapshot?.id ?? null,
        }),
      )
      await hub.storage.write(`${folder}/card.md`, card.markdown)
      await hub.storage.write(`${folder}/card.json`, `${JSON.stringify(card.json, null, 1)}\n`)
      await hub.storage.putFile(`${folder}/head.onnx`, head.headPath)
      trained = { headId, folder, head }
      const rows = head.nTrain + head.nTest
      return {
        stages: [
          {
            name: 'train',
            version: '1',
            rows_in: rows,
            rows_out: rows,
            rows_resumed: 0,
            seconds,
            workers: training.workers,
            timeline: [
              [0, 0],
              [seconds, rows],
            ],
          },
        ],
        model: { id: modelId, sha256: modelSha256 },
        changes: {
          splits: [head.splits],
          heads: [
            await writeHead(join(workFolder, 'heads.parquet'), {
              head_id: headId,
              name,
              model_id: modelId,
              model_sha256: modelSha256,
              kind: head.kind,
              labels: head.labels,
              reg_param: head.regularization.regParam,
              elastic_net_param: head.regularization.elasticNetParam,
              seed: settings.seed,
              n_train: head.nTrain,
              n_test: head.nTest,
              objective: head.objective,
              accuracy: head.metrics.accuracy.value,
              metrics: JSON.stringify(head.metrics),
              folder,
              run_id: id,
              trained_at: startedAt,
            }),
          ],
        },
      }
    },
  )
  return { run, ...(trained as Omit<TrainResult, 'run'>) }
}

async function writeHead(path: string, row: Row<typeof heads>): Promise<ParquetFile> {
  return await withDuckdb({}, async connection => {
    const writer = await ParquetWriter.open(connection, heads.columns)
    await writer.write([row])
    return await writer.close(path)
  })
}

interface CardFacts {
  readonly name: string
  readonly modelId: string
  readonly settings: TrainSettings
  readonly head: TrainedHead
  readonly headId: string
  readonly modelSha256: string
  readonly runId: string
  readonly startedAt: number
  readonly snapshot: number | null
}

function cardOf({
  name,
  modelId,
  settings,
  head,
  headId,
  modelSha256,
  runId,
  startedAt,
  snapshot,
}: CardFacts): ModelCard {
  return {
    name,
    headId,
    kind: head.kind,
    intendedUse: `Tells ${head.displayNames.length === 1 ? `whether an image shows ${head.displayNames[0]}` : `images of ${head.displayNames.slice(0, 20).join(', ')}${head.displayNames.length > 20 ? ', ...' : ''} apart`}, by their embeddings of model ${modelId}.`,
    data: {
      classes: head.labels.map((label, index) => ({
        label,
        displayName: head.displayNames[index] ?? label,
        train: head.trainCounts[index] ?? 0,
        test: head.testCounts[index] ?? 0,
      })),
      train: head.nTrain,
      test: head.nTest,
      groupedBy: settings.group,
      runIds: head.runIds,
      snapshot,
    },
    training: {
      regParam: head.regularization.regParam,
      elasticNetParam: head.regularization.elasticNetParam,
      classWeights: settings.balanced ? 'balanced' : null,
      maxIterations: settings.maxIterations,
      tolerance: settings.tolerance,
      seed: settings.seed,
      testFraction: settings.testFraction,
      objective: head.objective,
      iterations: head.iterations,
      converged: head.converged,
    },
    metrics: head.metrics,
    provenance: {
      model: { id: modelId, sha256: modelSha256 },
      dimensions: head.columns,
      headSha256: head.headSha256,
      codeVersion: codeVersion(),
      runId,
      trainedAt: new Date(startedAt / 1000).toISOString(),
    },
  }
}
