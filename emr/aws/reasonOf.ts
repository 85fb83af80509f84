import { maskSecrets } from '../diagnose/maskSecrets.ts'
import { clusterLines } from '../diagnose/statusLines.ts'
import type { ToldCluster, ToldStep } from '../diagnose/Told.ts'
import { withoutControls } from '../diagnose/withoutControls.ts'

const longest = 600

/** Why a step and its cluster are in their states, on one line, as far as EMR says; null where it says nothing. */
export function reasonOf(cluster: ToldCluster | null, step: ToldStep | null): string | null {
  const { Reason, Message } = step?.Status?.FailureDetails ?? {}
  const ofStep = [Reason, Message].filter(part => part !== undefined && part !== '').join(': ')
  const parts = [...(ofStep === '' ? [] : [ofStep]), ...(cluster === null ? [] : clusterLines(cluster))]
  if (parts.length === 0) return null
  const text = maskSecrets(withoutControls([...new Set(parts)].join('; ').replaceAll(/\s*\n\s*/g, ' ')))
  return text.length <= longest ? text : `${text.slice(0, longest)}...`
}
