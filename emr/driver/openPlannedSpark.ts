import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { userError } from '../../base/HubError.ts'
import { SparkEngine } from '../../engines/spark/SparkEngine.ts'
import { type InstalledSpark, installedSpark } from '../../engines/spark/server/InstalledSpark.ts'
import type { JobPlan } from '../compile/JobPlan.ts'
import { connectPort } from '../compile/scripts.ts'
import type { EmrMachine } from './emrMachine.ts'
import { fetchArtifact } from './fetchArtifact.ts'

/** The CUDA part of onnxruntime in the bundle. */
const provider = fileURLToPath(
  new URL(
    './bin/napi-v6/linux/x64/libonnxruntime_providers_cuda.so',
    import.meta.resolve('onnxruntime-node/package.json'),
  ),
)

export interface PlannedSparkOptions {
  readonly plan: JobPlan
  readonly machine: EmrMachine
  /** Of Spark's server. */
  readonly logFile: string
}

/**
 * The Spark of the release, on the job's settings: its Connect server is started when it is first needed, and serves this driver alone.
 * @throws HubError `spark_missing`, `spark_version`, `connect_missing`, `gpu_provider_missing`; as fetchArtifact does
 */
export async function openPlannedSpark({
  plan,
  machine,
  logFile,
}: PlannedSparkOptions): Promise<SparkEngine> {
  if (plan.device === 'cuda' && !existsSync(provider))
    throw userError(
      'gpu_provider_missing',
      "the job is for GPUs, but its bundle lacks onnxruntime's CUDA part",
      'make a bundle that has it: imagehub emr bundle --cuda FOLDER, and submit anew',
    )
  const installed = await installedSpark(machine.sparkHome)
  if (installed.line !== plan.line)
    throw userError(
      'spark_version',
      `the server runs Spark ${installed.version}, the job was compiled for ${plan.line}`,
      "submit it to a cluster of the release that the job's cluster names",
    )
  const conf = { ...plan.spark, ...(await connectJar(plan, installed, machine)) }
  await mkdir(machine.temporaryFolder, { recursive: true })
  return new SparkEngine({
    line: plan.line,
    conf,
    cacheFolder: machine.cacheFolder,
    logFile,
    server: {
      installed,
      temporaryFolder: machine.temporaryFolder,
      // That of Spark 3.5 listens everywhere: a bootstrap action closed this port to other machines.
      ...(plan.line === '3.5' ? { isolation: 'firewall', port: connectPort } : {}),
    },
  })
}

/** What puts a Connect server into a Spark that has none. */
async function connectJar(
  { connectJar, spark }: JobPlan,
  { hasConnect, version }: InstalledSpark,
  { cacheFolder }: EmrMachine,
): Promise<Record<string, string>> {
  if (hasConnect || 'spark.jars.packages' in spark) return {}
  if (connectJar === null)
    throw userError(
      'connect_missing',
      `Spark ${version} of this release has no Connect server among its jars`,
      'imagehub emr bundle uploads one for emr-7; or set spark.jars.packages in the spark of the cluster to one of Maven',
    )
  const name = connectJar.uri.split('/').at(-1) ?? 'connect.jar'
  const path = join(cacheFolder, 'jars', name)
  await fetchArtifact(connectJar, path)
  return { 'spark.jars': [spark['spark.jars'], path].filter(Boolean).join(',') }
}
