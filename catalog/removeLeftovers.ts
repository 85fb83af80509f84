import { tables } from '../tables/tables.ts'
import type { Hub } from './Hub.ts'

/** Removes the files that a run put into the hub and did not live to commit. Only for a run whose process is gone: it might go on. */
export async function removeLeftovers(hub: Hub, runId: string): Promise<void> {
  if ((await hub.committedRuns()).has(runId)) return
  const prefixes = [`runs/${runId}/`, ...Object.keys(tables).map(name => `tables/${name}/${runId}-`)]
  for (const prefix of prefixes)
    for await (const { key } of hub.storage.list({ prefix })) await hub.storage.remove(key)
  for await (const { key } of hub.storage.list({ prefix: 'heads/' }))
    if (key.includes(`@${runId}/`)) await hub.storage.remove(key)
}
