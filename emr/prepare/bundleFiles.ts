import { join } from 'node:path'
import { readRecipe } from '../../engines/spark/setup/recipe.ts'
import { below } from '../../jobs/define/below.ts'
import type { S3Uri } from '../../jobs/define/S3Uri.ts'
import { type CudaFiles, cudaArchive } from '../bundle/cudaFiles.ts'
import { emrBundle } from '../bundle/emrBundle.ts'
import type { KeptArchive } from '../bundle/keptArchive.ts'
import type { ArtifactFile } from './ArtifactFile.ts'

export interface BundleFilesOptions {
  /** They go below its `emr/`. */
  readonly hub: S3Uri
  /** Archives are kept there. */
  readonly cacheFolder: string
  /** For jobs on GPUs. @default none */
  readonly cuda?: CudaFiles
  /** Told what takes a while. */
  readonly onNote?: (line: string) => void
}

/** What every job of this program needs in S3, named by its content. */
export interface BundleFiles {
  readonly bundle: ArtifactFile
  /** CUDA and cuDNN; null where they were not given. */
  readonly cuda: ArtifactFile | null
  /** The Connect server of Spark 3.5, which its distributions leave out: pinned in this package, brought by Maven where it is asked for. */
  readonly connectJar: ArtifactFile
}

/** @throws HubError `missing_package`, `unsupported_layout` */
export async function bundleFiles({
  hub,
  cacheFolder,
  cuda,
  onNote,
}: BundleFilesOptions): Promise<BundleFiles> {
  const place = (path: string) => below(hub, `emr/${path}`) as S3Uri
  const archive = (what: string, folder: string, kept: KeptArchive): ArtifactFile => ({
    what,
    uri: place(`${folder}/${kept.sha256}.tar.gz`),
    sha256: kept.sha256,
    bytes: kept.bytes,
    content: async () => ({ path: kept.path }),
  })
  const [bundle, libraries] = await Promise.all([
    emrBundle({ cacheFolder, providers: cuda?.providers ?? [], onNote }),
    cuda === undefined ? null : cudaArchive(cuda, { cacheFolder, onNote }),
  ])
  return {
    bundle: archive('bundle', 'bundles', bundle),
    cuda: libraries && archive('CUDA archive', 'cuda', libraries),
    connectJar: connectJar({ place, cacheFolder, ...(onNote === undefined ? {} : { onNote }) }),
  }
}

interface ConnectJarOptions extends Pick<BundleFilesOptions, 'cacheFolder' | 'onNote'> {
  readonly place: (path: string) => S3Uri
}

function connectJar({ place, cacheFolder, onNote }: ConnectJarOptions): ArtifactFile {
  const isServer = (jar: string) => /^spark-connect_[\d.]+-[\d.]+\.jar$/.test(jar)
  const [name, sha256] = [...readRecipe('3.5').jars].find(([jar]) => isServer(jar)) ?? []
  if (name === undefined || sha256 === undefined) throw new Error('no Connect server is pinned for Spark 3.5')
  return {
    what: 'Connect server',
    uri: place(`jars/${sha256.slice(0, 16)}-${name}`),
    sha256,
    bytes: null,
    content: async () => {
      const { setUpSpark } = await import('../../engines/spark/setup/setUpSpark.ts')
      const home = await setUpSpark({
        ...{ line: '3.5', cacheFolder },
        ...(onNote === undefined ? {} : { onProgress: onNote }),
      })
      return { path: join(home, 'jars', name) }
    },
  }
}
