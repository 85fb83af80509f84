import type { Storage } from '../../storage/Storage.ts'
import type { CompiledRequest } from '../compile/compileJob.ts'
import { attemptName, runFolder } from '../runs/RunFiles.ts'
import { RunStore } from '../runs/RunStore.ts'

export interface LastRequest {
  readonly runId: string
  /** ISO 8601. */
  readonly at: string
  readonly request: CompiledRequest
}

/** The newest request that was submitted for a job on a hub; null where there was none. Throws what the storage does. */
export async function lastRequest(storage: Storage, job: string): Promise<LastRequest | null> {
  const prefix = runFolder(job, '')
  const ending = `/${attemptName(1)}`
  let newest: { readonly runId: string; readonly modifiedAt: number } | null = null
  for await (const { key, modifiedAt } of storage.list({ prefix }))
    if (key.endsWith(ending) && modifiedAt > (newest?.modifiedAt ?? 0))
      newest = { runId: key.slice(prefix.length, -ending.length), modifiedAt }
  if (newest === null) return null
  const { runId } = newest
  const attempt = await new RunStore(storage, { job, runId }).attempt(1)
  return attempt && { runId, at: attempt.at, request: attempt.request }
}
