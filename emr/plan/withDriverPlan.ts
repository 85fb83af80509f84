import { HubError } from '../../base/HubError.ts'
import type { Storage } from '../../storage/Storage.ts'
import type { Upload } from '../compile/compileJob.ts'

export interface DriverPlanOptions {
  /** The hub's; null where there is no hub yet. */
  readonly storage: Storage | null
  /** Of a compiled job: what is not in S3 yet. */
  readonly uploads: readonly Upload[]
}

/**
 * A request, or a schedule of one, in which arguments that name a driver's plan in S3 are what it says: that two plans have two names tells nobody
 * what differs. A plan that is not there stays a name.
 */
export async function withDriverPlan(value: unknown, options: DriverPlanOptions): Promise<unknown> {
  if (Array.isArray(value)) {
    const at = value.findIndex(item => typeof item === 'string' && planName.test(item))
    if (at < 0) return await Promise.all(value.map(item => withDriverPlan(item, options)))
    const plan = await planAt(String(value[at]), options)
    // Its hash follows, which tells no more.
    return plan === null ? value : [...value.slice(0, at), plan, ...value.slice(at + 2)]
  }
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(async ([key, item]) => [key, await withDriverPlan(item, options)])
  return Object.fromEntries(await Promise.all(entries))
}

const planName = /\/emr\/plans\/[0-9a-f]{64}\.json$/

async function planAt(uri: string, { storage, uploads }: DriverPlanOptions): Promise<unknown> {
  const own = uploads.find(upload => upload.uri === uri)
  if (own !== undefined) return JSON.parse(own.text)
  if (storage === null || !uri.startsWith(`${storage.root}/`)) return null
  try {
    return JSON.parse(new TextDecoder().decode(await storage.read(uri.slice(storage.root.length + 1))))
  } catch (thrown) {
    if (thrown instanceof HubError && thrown.code === 'not_found') return null
    throw thrown
  }
}
