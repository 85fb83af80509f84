import type { RecordBatch } from 'apache-arrow'
import { bundleStage } from '../../../../engines/spark/bundle/bundleStage.ts'
import { type WorkerArchive, workerArchive } from '../../../../engines/spark/bundle/workerArchive.ts'
import type { ErrorReport } from '../../../../engines/spark/worker/ErrorReport.ts'
import {
  encodeStageCommand,
  type OutputColumn,
  type StageCommand,
} from '../../../../engines/spark/worker/StageCommand.ts'
import { batchToRows, rowsToBatch } from '../../../../tables/batch.ts'
import type { Columns, Row } from '../../../../tables/defineTable.ts'
import { type Scope, temporaryFolder } from '../../../support/temporaryFolder.ts'

export interface WorkerScene {
  readonly folder: string
  readonly archive: WorkerArchive
  /** Bundles a module of this folder's `stages/`, or by its path from here. */
  bundle(module: string): Promise<string>
}

/** The worker's archive, unpacked, and bundles of stages, in a temporary folder. */
export async function workerScene(scope: Scope): Promise<WorkerScene> {
  const folder = await temporaryFolder(scope)
  const archive = await workerArchive({ cacheFolder: folder })
  const bundles = new Map<string, Promise<string>>()
  return {
    folder,
    archive,
    bundle: async module => {
      const url = new URL(module, import.meta.url).href
      const bundle = bundles.get(url) ?? bundleStage(url, { cacheFolder: folder }).then(({ path }) => path)
      bundles.set(url, bundle)
      return await bundle
    },
  }
}

/** The command of a stage, with its output as it declares it. */
export function stageCommand(
  output: Columns,
  command: Pick<StageCommand, 'bundle' | 'params'> & Partial<StageCommand>,
): Uint8Array {
  const columns = Object.entries(output).map(
    ([name, { type, nullable }]): OutputColumn => [name, type, nullable],
  )
  return encodeStageCommand({
    protocol: 1,
    stage: 'doubling',
    kind: 'map',
    carry: [],
    output: columns,
    ...command,
  })
}

/** Rows in batches of so many. */
export function inBatches<C extends Columns>(
  columns: C,
  rows: readonly Row<C>[],
  size: number,
): RecordBatch[] {
  return Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    rowsToBatch(columns, rows.slice(index * size, (index + 1) * size)),
  )
}

export function rowsOf<C extends Columns>(columns: C, batches: readonly RecordBatch[]): Row<C>[] {
  return batches.flatMap(batch => batchToRows(columns, batch))
}

/** What a worker reported, out of a text of Spark that holds its own. */
export function reportIn(text: string): ErrorReport | undefined {
  const [, json] = /imagehub-error: (.*)/.exec(text) ?? []
  return json === undefined ? undefined : (JSON.parse(json) as ErrorReport)
}
