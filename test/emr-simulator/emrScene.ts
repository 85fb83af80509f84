import { join } from 'node:path'
import { hadoopS3Settings } from '../../engines/spark/hadoopS3Settings.ts'
import type { SparkLine } from '../../engines/spark/setup/sparkLines.ts'
import { defaultCacheFolder } from '../../storage/defaultCacheFolder.ts'
import { openStorage } from '../../storage/openStorage.ts'
import type { Storage } from '../../storage/Storage.ts'
import { type CommandLine, commandLine } from '../support/commandLine.ts'
import { drawnPhotos } from '../support/drawnPhotos.ts'
import { layOutEmrMachine } from '../support/emrMachine.ts'
import type { S3Server } from '../support/s3Server.ts'
import { startSparkCluster } from '../support/sparkCluster.ts'
import { type Scope, temporaryFolder } from '../support/temporaryFolder.ts'
import type { EmrSimulatorOptions } from './EmrSimulatorOptions.ts'
import { runScriptStep } from './runScriptStep.ts'
import { type EmrSimulator, startEmrSimulator } from './startEmrSimulator.ts'

export interface EmrScene {
  readonly simulator: EmrSimulator
  /** s3://bucket/hub, of which `incoming/` has photos. */
  readonly hub: string
  readonly storage: Storage
  /** A person with credentials, whose AWS is the simulator and the S3 server. */
  readonly line: CommandLine
}

/**
 * EMR whose clusters are all one standalone Spark, which really runs what is submitted: each cluster has a primary machine of its own, as a
 * folder.
 */
export async function emrScene(
  t: Scope,
  s3: S3Server,
  { line: sparkLine = '4.0', ...options }: Partial<EmrSimulatorOptions> & { readonly line?: SparkLine } = {},
): Promise<EmrScene> {
  const folder = await temporaryFolder(t)
  const spark = await startSparkCluster(t, {
    ...{ line: sparkLine, workers: 1, cores: 2, memory: '2g' },
    // A test of 3.5 is in a network of its own.
    ownNetwork: false,
  })
  // In place of the instance profile that machines of EMR have.
  const executorEnv = Object.fromEntries(
    Object.entries(s3.environment).map(([name, value]) => [`spark.executorEnv.${name}`, value]),
  )
  const machineOf = (clusterId: string) => join(folder, clusterId)
  const laidOut = new Map<string, Promise<void>>()
  const layOut = (clusterId: string) =>
    layOutEmrMachine(machineOf(clusterId), {
      line: sparkLine,
      // As on releases with Spark 3.5.
      ...(sparkLine === '3.5' ? { without: /^spark-connect/ } : {}),
      clusterId,
      settings: { 'spark.master': spark.master, ...hadoopS3Settings(s3.options), ...executorEnv },
    })
  const simulator = await startEmrSimulator({
    runStep: runScriptStep({
      s3,
      region: s3.region,
      folder,
      environment: ({ clusterId }) => ({ IMAGEHUB_EMR_ROOT: machineOf(clusterId) }),
      // Once for a cluster: its later steps find the machine as it is.
      prepare({ clusterId }) {
        const done = laidOut.get(clusterId) ?? layOut(clusterId)
        laidOut.set(clusterId, done)
        return done
      },
    }),
    region: s3.region,
    ...options,
  })
  t.after(() => simulator[Symbol.asyncDispose]())
  const hub = `s3://${await s3.createBucket()}/hub`
  const storage = openStorage(hub, s3.options)
  t.after(() => storage.close())
  for (const [path, body] of await drawnPhotos()) await storage.write(`incoming/${path}`, body)
  const line = await commandLine(t, {
    ...s3.environment,
    AWS_REGION: s3.region,
    AWS_ENDPOINT_URL_EMR: simulator.url,
    AWS_ENDPOINT_URL_SCHEDULER: simulator.url,
    // The bundle is kept there between tests.
    IMAGEHUB_CACHE: defaultCacheFolder(),
  })
  return { simulator, hub, storage, line }
}
