import { userError } from '../../base/HubError.ts'
import { nearest } from '../../base/nearest.ts'
import type { Cluster } from './Cluster.ts'
import { type InstanceFacts, type InstanceType, instanceTypes } from './instanceTypes.ts'
import { type Release, releases } from './releases.ts'

/** The longest that a cluster may allow a run: a week. */
export const mostHours = 168

/**
 * Checks what TypeScript cannot see, or did not: values that came from elsewhere.
 * @throws HubError `bad_cluster` that names the field
 */
export function checkCluster(cluster: Cluster): void {
  const { workers, primary, idleMinutes, maxHours, ebsGigabytes } = cluster
  const release: Release | undefined = releases[cluster.release]
  if (release === undefined)
    throw bad(
      'release',
      cluster.release,
      `one of ${Object.keys(releases).join(', ')}`,
      nearest(cluster.release, Object.keys(releases)),
    )
  const types = workerTypes(cluster)
  for (const type of [...types, primary]) checkType(type)
  const facts = types.map(type => instanceTypes[type] as InstanceFacts)
  if (cluster.device === 'cuda') {
    if (!release.gpu)
      throw bad(
        'release',
        cluster.release,
        'a release of emr-7, whose YARN hands out GPUs, for a GPU cluster',
      )
    const without = types.find(type => instanceTypes[type].gpus === 0)
    if (without !== undefined)
      throw bad('workers.type', without, 'a type with a GPU, such as g5.2xlarge, for a GPU cluster')
  }
  if (new Set(facts.map(({ vcpus, gpus }) => `${vcpus} ${gpus}`)).size > 1)
    throw bad(
      'workers.type',
      types.join(', '),
      'types with as many vCPUs and GPUs: executors are of one size',
    )
  if (types.length > 30) throw bad('workers.type', `${types.length} types`, 'at most 30 alternatives')
  whole('workers.count', workers.count, 1, 1000)
  whole('workers.max', workers.max ?? workers.count, workers.count, 1000)
  // Limits of EMR's auto-termination: 60 s to 7 days.
  whole('idleMinutes', idleMinutes, 1, 10_080)
  whole('maxHours', maxHours, 1, mostHours)
  whole('ebsGigabytes', ebsGigabytes, 15, 16_384)
}

/** The alternatives for a worker. */
export function workerTypes({ workers: { type } }: Cluster): readonly InstanceType[] {
  return typeof type === 'string' ? [type] : type
}

function checkType(type: string): void {
  if (Object.hasOwn(instanceTypes, type)) return
  const arm = /^[a-z]+\d+g[a-z]*\./.test(type)
  throw bad(
    'workers.type',
    type,
    arm
      ? 'an x86-64 type: the bundle has no programs for ARM'
      : `one of ${Object.keys(instanceTypes).join(', ')}`,
    arm ? undefined : nearest(type, Object.keys(instanceTypes)),
  )
}

function whole(field: string, value: number, least: number, most: number): void {
  if (!Number.isInteger(value) || value < least || value > most)
    throw bad(field, value, `a whole number from ${least} to ${most}`)
}

function bad(field: string, given: unknown, allowed: string, meant: readonly string[] = []) {
  return userError(
    'bad_cluster',
    `${field} of the cluster is ${JSON.stringify(given)}`,
    `it is to be ${allowed}${meant.length === 0 ? '' : `; did you mean ${meant[0]}?`}`,
  )
}
