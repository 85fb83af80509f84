import type { Cluster } from '../../jobs/define/Cluster.ts'
import { releases } from '../../jobs/define/releases.ts'
import type { ScriptName } from './scripts.ts'

/** What has to be done on the machines of a cluster before they work. */
export function bootstrapsOf({ device, release }: Pick<Cluster, 'device' | 'release'>): ScriptName[] {
  return [
    ...(device === 'cuda' ? ['gpu' as const] : []),
    // Its Connect server listens everywhere.
    ...(releases[release].line === '3.5' ? ['firewall' as const] : []),
  ]
}

/** Of the bootstrap action that does it. */
export const bootstrapName = (script: ScriptName) => `imagehub ${script}`
