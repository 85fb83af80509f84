import type { Cause } from '../Cause.ts'

const status = ['status'] as const

const typeIn = (line: string) =>
  /\b[a-z]\w{1,10}\.(?:\d{0,3}x?large|metal(?:-\d{1,2}xl)?|medium|small)\b/.exec(line)?.[0]
const zoneIn = (line: string) => /\b[a-z]{2}(?:-[a-z]{2,5})?-[a-z]{4,10}-\d[a-z]\b/.exec(line)?.[0]

/** What EC2 has and what the account may have of it. */
export const capacityCauses: readonly Cause[] = [
  {
    id: 'vcpu_quota',
    title: "The account's quota of vCPUs is reached",
    rank: 'root',
    sure: 'documented',
    places: status,
    patterns: [
      /You have requested more vCPU capacity than your current vCPU limit of (?<limit>\d{1,9}) allows(?: for the instance bucket)?/,
      /(?<what>VcpuLimitExceeded|MaxSpotInstanceCountExceeded|EC2 QUOTA EXCEEDED)/i,
      /The (?:quota|limit) (?:for|on) .{0,80}vCPUs? .{0,40}(?<word>exceeded|reached)/i,
    ],
    explain: ({ line, groups: { limit } }) =>
      `The cluster${typeIn(line) === undefined ? '' : ` of ${typeIn(line)}`} needs more vCPUs than the account's EC2 quota${limit === undefined ? '' : ` of ${limit}`} allows.`,
    change:
      'ask AWS for a higher EC2 quota of that family (GPU families may start at 0), or fewer workers.count / another workers.type',
  },
  {
    id: 'no_capacity',
    title: 'EC2 has no such machines left in the zone',
    rank: 'root',
    sure: 'documented',
    places: status,
    patterns: [
      /^INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY\w{0,20}/,
      /do not have sufficient (?<asked>\S{1,40}) capacity in the Availability Zone/,
      /Insufficient ?Instance ?Capacity/i,
    ],
    explain: ({ line }) =>
      `EC2 has no ${typeIn(line) ?? 'machine of the type'} left${zoneIn(line) === undefined ? ' in the zone' : ` in ${zoneIn(line)}`}.`,
    change: 'workers.type: several types; or subnets / zones: several, of other zones',
  },
  {
    id: 'spot_unavailable',
    title: 'No spot machines in time',
    rank: 'root',
    sure: 'documented',
    places: status,
    patterns: [
      /^INTERNAL_ERROR_SPOT_(?<what>NO_CAPACITY|PRICE_INCREASE)\w{0,20}/,
      /^(?<what>INSTANCE_FLEET_TIMEOUT)\b/,
      /(?<what>instance fleet).{0,120}provisioning (?:timed out|timeout)/i,
    ],
    explain: ({ line, groups: { what } }) =>
      what === 'PRICE_INCREASE'
        ? `EC2 took the primary node back: the spot price of ${typeIn(line) ?? 'its type'} rose above the bid.`
        : `EC2 gave no spot machines${typeIn(line) === undefined ? '' : ` of ${typeIn(line)}`} before the cluster's patience ended.`,
    change: 'workers.spot: false, or several types in workers.type; primary.type is best on demand',
  },
  {
    id: 'type_not_in_zone',
    title: 'The zone has no such machines at all',
    rank: 'root',
    sure: 'documented',
    places: status,
    patterns: [
      /requested instance type \(?(?<type>[\w.-]{1,40})\)? is not supported in (?:the|your) requested availability zone(?: \(?(?<zone>[\w-]{1,30}))?/i,
    ],
    explain: ({ line, groups: { type, zone } }) =>
      `The zone ${zone ?? zoneIn(line) ?? 'of the subnet'} has no ${type}.`,
    change: 'subnets / zones: one of a zone that has the type, or another workers.type',
  },
  {
    id: 'type_not_in_release',
    title: 'The release does not know the type',
    rank: 'root',
    sure: 'documented',
    places: status,
    patterns: [
      /^VALIDATION_ERROR_INSTANCE_TYPE_NOT_SUPPORTED\b/,
      /Instance type '?(?<type>[\w.-]{1,40})'? is not supported(?! in (?:the|your) requested)/i,
    ],
    explain: ({ line, groups: { type } }) =>
      `EMR does not run ${type ?? typeIn(line) ?? 'the type asked for'} with this release.`,
    change: 'workers.type or primary.type, or a newer cluster.release',
  },
  {
    id: 'throttled',
    title: 'AWS took no more calls for a while',
    rank: 'strained',
    sure: 'reported',
    places: ['status', 'step', 'container', 'bootstrap'],
    patterns: [
      /Throttled from (?<service>Amazon EC2) while launching cluster/,
      /\bThrottlingException\b|\bRequestLimitExceeded\b/,
      /\bRate exceeded\b/,
    ],
    explain: ({ groups: { service } }) =>
      `${service ?? 'AWS'} refused calls because too many were made at once.`,
    change: 'start again a few minutes later, with fewer jobs at once',
  },
]
