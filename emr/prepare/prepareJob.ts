import { join } from 'node:path'
import { readRecipe } from '../../engines/spark/setup/recipe.ts'
import { sparkHome } from '../../engines/spark/setup/sparkHome.ts'
import { below } from '../../jobs/define/below.ts'
import type { HubParameters, Job } from '../../jobs/define/Job.ts'
import { releases } from '../../jobs/define/releases.ts'
import { emrBundle } from '../bundle/emrBundle.ts'
import { jobModule } from '../bundle/jobModule.ts'
import { type CompiledJob, compileJob } from '../compile/compileJob.ts'
import { hubInS3 } from '../compile/hubInS3.ts'
import type { Artifact } from '../compile/JobPlan.ts'
import { checkRequest } from '../validate/checkRequest.ts'

export interface PrepareJobOptions<Parameters extends HubParameters> {
  readonly job: Job<Parameters>
  /** The job as a person names it: one that comes along, or a file. */
  readonly named: string
  readonly params: Parameters
  readonly runId: string
  readonly region: string
  readonly clusterId?: string
  /** Bundles are kept there. */
  readonly cacheFolder: string
  /** Files of onnxruntime's CUDA part. @default none */
  readonly providers?: readonly string[]
}

/** A file for S3 that is made, or found, when it is asked for. */
export interface ArtifactFile extends Artifact {
  readonly what: string
  /** Null where it is not known before it is asked for. */
  readonly bytes: number | null
  content(): Promise<{ readonly path: string } | { readonly text: string | Uint8Array }>
}

export interface PreparedJob extends CompiledJob {
  /** All that the request and its plan name, to be put where they are not yet. */
  readonly files: readonly ArtifactFile[]
}

/**
 * A job as a request that is checked, and the files that it names. Reads this machine, and nothing of AWS.
 * @throws HubError `bad_request`, `hub_not_in_s3`; as emrBundle and jobModule do
 */
export async function prepareJob<Parameters extends HubParameters>(
  options: PrepareJobOptions<Parameters>,
): Promise<PreparedJob> {
  const { job, named, params, cacheFolder, providers = [] } = options
  const hub = hubInS3(params)
  const place = (path: string) => below(hub, `emr/${path}`) as Artifact['uri']
  const [bundle, module] = await Promise.all([emrBundle({ cacheFolder, providers }), jobModule(named)])
  const bundleFile: ArtifactFile = {
    what: 'bundle',
    uri: place(`bundles/${bundle.sha256}.tar.gz`),
    sha256: bundle.sha256,
    bytes: bundle.bytes,
    content: async () => ({ path: bundle.path }),
  }
  const moduleFile: ArtifactFile | null =
    'shipped' in module
      ? null
      : {
          what: 'job',
          uri: place(`modules/${module.sha256}.mjs`),
          sha256: module.sha256,
          bytes: module.bytes.length,
          content: async () => ({ text: module.bytes }),
        }
  const jar = releases[job.cluster.release].connect ? null : connectJar(place)
  const compiled = compileJob({
    ...options,
    bundle: artifactOf(bundleFile),
    module: moduleFile === null ? (module as { readonly shipped: string }) : artifactOf(moduleFile),
    connectJar: jar === null ? null : artifactOf(jar),
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
  const files = [bundleFile, moduleFile, jar, ...texts].filter(file => file !== null)
  return { ...compiled, files }
}

const artifactOf = ({ uri, sha256 }: Artifact): Artifact => ({ uri, sha256 })

/** The Connect server of Spark 3.5, which its distributions leave out: pinned in this package, brought by `npm run spark:setup`. */
function connectJar(place: (path: string) => Artifact['uri']): ArtifactFile {
  const [name, sha256] =
    [...readRecipe('3.5').jars].find(([jar]) => /^spark-connect_[\d.]+-[\d.]+\.jar$/.test(jar)) ?? []
  if (name === undefined || sha256 === undefined) throw new Error('no Connect server is pinned for Spark 3.5')
  return {
    what: 'Connect server',
    uri: place(`jars/${sha256.slice(0, 16)}-${name}`),
    sha256,
    bytes: null,
    content: async () => ({ path: join(await sparkHome({ line: '3.5' }), 'jars', name) }),
  }
}
