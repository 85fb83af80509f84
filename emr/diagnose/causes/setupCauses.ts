import type { Cause } from '../Cause.ts'

const status = ['status'] as const

/** Roles, networks and keys that a cluster is started with. */
export const setupCauses: readonly Cause[] = [
  {
    id: 'instance_profile',
    title: 'The instance profile is missing or not valid',
    rank: 'root',
    sure: 'documented',
    places: ['status', 'step'],
    patterns: [
      /InstanceProfile is required for creating cluster/,
      /Invalid InstanceProfile:? ?(?<profile>[\w+=,.@:/-]{1,140})?/,
      /Failed to authorize instance profile (?<profile>[\w+=,.@:/-]{1,140})/,
    ],
    explain: ({ groups: { profile } }) =>
      profile === undefined
        ? 'The cluster was asked for without an instance profile.'
        : `EMR cannot use the instance profile ${profile.replace(/\.$/, '')}.`,
    change: 'instanceProfile: the name of a profile (not of its role), created in this account',
  },
  {
    id: 'service_role',
    title: 'The service role lacks rights',
    rank: 'root',
    sure: 'unverified',
    places: status,
    patterns: [
      /insufficient EC2 permissions/i,
      /Service role (?<role>[\w+=,.@:/-]{1,140}) has insufficient/i,
      /(?:Invalid ServiceRole|ServiceRole is required)/i,
      /is not authorized to perform: (?<action>ec2:\w{1,60}|iam:PassRole)/,
    ],
    explain: ({ groups: { role, action } }) =>
      `EMR's service role${role === undefined ? '' : ` ${role}`} may not start the machines${action === undefined ? '' : ` (${action})`}.`,
    change:
      'serviceRole: its policy, and the tag for-use-with-amazon-emr-managed-policies=true on subnets and security groups',
  },
  {
    id: 'network_mixed',
    title: 'Subnets or security groups are of several VPCs',
    rank: 'root',
    sure: 'documented',
    places: status,
    patterns: [
      /^VALIDATION_ERROR_(?<what>SUBNET|SECURITY_GROUP)_NOT_FROM_ONE_VPC\b/,
      /The (?<what>subnet)(?: ID| id)? '?(?<id>subnet-\w{1,20})'? does not exist/,
    ],
    explain: ({ line, groups: { what, id } }) =>
      id === undefined
        ? `The cluster's ${what === 'SUBNET' ? 'subnets' : 'security groups'} are not all of one VPC${ids(line)}.`
        : `The subnet ${id} does not exist.`,
    change: 'subnets: existing ones, all of one VPC',
  },
  {
    id: 'security_configuration',
    title: 'The security configuration does not fit',
    rank: 'root',
    sure: 'reported',
    places: ['status', 'step'],
    patterns: [
      /Security configuration (?:with name )?'?(?<name>[\w.-]{1,100})'? does(?: not|n't) exist/i,
      /(?<text>Runtime roles are (?:required for|not supported on) this cluster)/,
    ],
    explain: ({ groups: { name, text } }) =>
      text === undefined ? `There is no security configuration ${name}.` : `${text}.`,
    change: 'securityConfiguration',
  },
]

const ids = (line: string) => {
  const found = line.match(/\b(?:subnet|sg)-\w{1,20}/g)?.slice(0, 4)
  return found === undefined ? '' : `: ${found.join(', ')}`
}
