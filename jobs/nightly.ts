import { z } from 'zod'
import { checkIngested } from './define/checkIngested.ts'
import { inferringCluster } from './define/clusters.ts'
import { defineJob } from './define/defineJob.ts'
import { hubParameter } from './define/hubParameter.ts'
import { photoAccess, photoParameter, photosOf } from './define/photoParameter.ts'

const params = z.object({
  ...hubParameter,
  ...photoParameter,
  model: z.string().default('inception-v3-imagenet').describe('id of a model of the hub, or of your own'),
  head: z
    .string()
    .nullable()
    .default('labels')
    .describe('name of the head whose predictions are refreshed; null: none'),
})

/** Brings everything up to date: new photos, their embeddings, their predictions, the report. */
export default defineJob({
  name: 'nightly',
  describe: 'Ingest what is new, featurize what is new, refresh predictions, report',
  params,
  access: given => photoAccess(given),
  models: ({ model }) => [model],
  cluster: inferringCluster,
  schedule: 'cron(0 3 * * ? *)',
  async pipeline(given, context) {
    const { findModel, hubModelStore, userModelStore } = await import('../models/modelStores.ts')
    const { featurize } = await import('../operations/featurize.ts')
    const { predict } = await import('../operations/heads/predict.ts')
    const { ingest } = await import('../operations/ingest.ts')
    const { reportOnHub } = await import('../operations/report.ts')
    const { renderReport } = await import('../report/renderReport.ts')
    const { hub, signal } = context
    const ingested = await ingest({
      ...context,
      source: { kind: 'folder', uri: photosOf(given) },
      labels: { kind: 'folder' },
    })
    checkIngested(ingested, context)
    const model = await findModel(given.model, [hubModelStore(hub.storage), userModelStore()])
    const featurized = await featurize({ ...context, model })
    const runs = [ingested.run, featurized]
    const heads = (await hub.latestSnapshot())?.tables.heads ?? []
    if (given.head !== null && heads.length === 0)
      context.onNote?.('the hub has no head yet: nothing is predicted before one is trained')
    else if (given.head !== null) runs.push((await predict({ ...context, head: given.head })).run)
    const report = renderReport(await reportOnHub({ hub, hubName: given.hub, signal }))
    await hub.storage.write('reports/newest.html', report)
    return runs
  },
})
