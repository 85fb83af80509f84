import { basename } from 'node:path'
import type { StageStep } from '../../pipelines/Pipeline.ts'
import { sha256OfFile } from '../../storage/sha256OfFile.ts'
import { bundleStage } from './bundle/bundleStage.ts'
import type { SparkSession } from './connect/SparkSession.ts'

/** Brings a job's files to the executors. */
export interface Shipping {
  /** A stage's code. @returns what a command names it by */
  bundle(module: string): Promise<string>
  /** A file of this machine, for example a model. @returns what a command names it by */
  file(path: string): Promise<string>
}

/** Brings the files that a stage's parameters name. @returns by parameter, what a command names each by */
export async function shippedFiles(
  shipping: Shipping,
  { stage, params }: { readonly stage: Pick<StageStep['stage'], 'files'>; readonly params: unknown },
): Promise<Record<string, string>> {
  const given = params as Readonly<Record<string, string>>
  const files = (stage.files ?? []).map(async name => [name, await shipping.file(given[name] ?? '')] as const)
  return Object.fromEntries(await Promise.all(files))
}

/** Executors on this machine read the files where they are. */
export function sharedDisk(cacheFolder: string): Shipping {
  return {
    bundle: async module => (await bundleStage(module, { cacheFolder })).path,
    file: async path => path,
  }
}

/** Executors elsewhere get them from the driver, once each. A file's name has its hash: Spark refuses others under a name that it knows. */
export function sentBySession(session: SparkSession, cacheFolder: string): Shipping {
  const sent = new Map<string, Promise<string>>()
  const send = (path: string, name: () => Promise<string>) => {
    const sending =
      sent.get(path) ??
      name().then(async unique => {
        await session.addArtifact({ name: `files/${unique}`, path })
        return unique
      })
    sent.set(path, sending)
    return sending
  }
  return {
    async bundle(module) {
      const { name, path } = await bundleStage(module, { cacheFolder })
      return await send(path, async () => name)
    },
    file: path => send(path, async () => `${(await sha256OfFile(path)).slice(0, 16)}-${basename(path)}`),
  }
}
