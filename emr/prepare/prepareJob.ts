import { below } from '../../jobs/define/below.ts'
import type { HubParameters, Job } from '../../jobs/define/Job.ts'
import { releases } from '../../jobs/define/releases.ts'
import type { S3Uri } from '../../jobs/define/S3Uri.ts'
import { jobModule } from '../bundle/jobModule.ts'
import { type CompiledJob, type CompileOptions, compileJob } from '../compile/compileJob.ts'
import { hubInS3 } from '../compile/hubInS3.ts'
import { checkRequest } from '../validate/checkRequest.ts'
import { type ArtifactFile, artifactOf } from './ArtifactFile.ts'
import { type BundleFilesOptions, bundleFiles } from './bundleFiles.ts'

export interface PrepareJobOptions<Parameters extends HubParameters>
  extends Pick<CompileOptions<Parameters>, 'params' | 'runId' | 'region' | 'clusterId'>,
    Omit<BundleFilesOptions, 'hub'> {
  readonly job: Job<Parameters>
  /** The job as a person names it: one that comes along, or a file. */
  readonly named: string
}

export interface PreparedJob extends CompiledJob {
  /** All that the request and its plan name, to be put where they are not yet. */
  readonly files: readonly ArtifactFile[]
}

/**
 * A job as a request that is checked, and the files that it names. Reads this machine, and nothing of AWS.
 * @throws HubError `bad_request`, `hub_not_in_s3`; as bundleFiles and jobModule do
 */
export async function prepareJob<Parameters extends HubParameters>({
  cacheFolder,
  cuda,
  named,
  onNote,
  ...options
}: PrepareJobOptions<Parameters>): Promise<PreparedJob> {
  const { cluster } = options.job
  const hub = hubInS3(options.params)
  const [common, module] = await Promise.all([
    bundleFiles({
      ...{ hub, cacheFolder },
      ...(cuda === undefined ? {} : { cuda }),
      ...(onNote === undefined ? {} : { onNote }),
    }),
    jobModule(named, { cacheFolder }),
  ])
  const moduleFile: ArtifactFile | null =
    'shipped' in module
      ? null
      : {
          what: 'job',
          uri: below(hub, `emr/modules/${module.sha256}.mjs`) as S3Uri,
          sha256: module.sha256,
          bytes: module.bytes.length,
          content: async () => ({ text: module.bytes }),
        }
  const connectJar = releases[cluster.release].connect ? null : common.connectJar
  const cudaFile = cluster.device === 'cuda' ? common.cuda : null
  const compiled = compileJob({
    ...options,
    bundle: artifactOf(common.bundle),
    module: 'shipped' in module ? module : artifactOf(moduleFile as ArtifactFile),
    connectJar: connectJar && artifactOf(connectJar),
    cuda: cudaFile && artifactOf(cudaFile),
  })
  checkRequest(compiled.request)
  const texts = compiled.uploads.map(
    ({ uri, sha256, text }): ArtifactFile => ({
      what: uri.includes('/scripts/') ? 'script' : 'plan',
      uri,
      sha256,
      bytes: Buffer.byteLength(text),
      content: async () => ({ text }),
    }),
  )
  const files = [common.bundle, moduleFile, connectJar, cudaFile, ...texts].filter(file => file !== null)
  return { ...compiled, files }
}
