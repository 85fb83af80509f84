import type { HubParameters, Job } from '../../jobs/define/Job.ts'
import type { S3Uri } from '../../jobs/define/S3Uri.ts'
import { hubInS3 } from '../compile/hubInS3.ts'
import { instanceProfileOf } from '../compile/instanceProfileOf.ts'
import { schedulerRoleOf } from '../schedule/schedulerRoleOf.ts'
import { allow, type Policy, policy, trust } from './Policy.ts'
import { s3Statements } from './s3Statements.ts'

export interface JobPoliciesOptions<Parameters extends HubParameters> {
  readonly job: Job<Parameters>
  readonly params: Parameters
  /** Twelve digits. */
  readonly account: string
  readonly region: string
  /** @default 'aws' */
  readonly partition?: 'aws' | 'aws-cn' | 'aws-us-gov'
  /** Keys of KMS that encrypt the buckets. @default none */
  readonly keys?: readonly string[]
  /** Queue for what a schedule could not start. @default none */
  readonly deadLetters?: string
}

/** A role and what it may do. */
export interface RolePolicies {
  readonly role: string
  readonly trust: Policy
  /** Policies of AWS that it has as well. */
  readonly managed: readonly string[]
  readonly policy: Policy
}

export interface JobPolicies {
  /** What the machines may do. */
  readonly instanceProfile: RolePolicies
  /** What EMR may do. */
  readonly service: RolePolicies
  /** What EventBridge Scheduler may do; null without a schedule. */
  readonly scheduler: RolePolicies | null
  /** What the person or program may do that submits. */
  readonly submitter: { readonly policy: Policy }
}

const readObjects = ['s3:GetObject']
const writeObjects = [
  's3:GetObject',
  's3:PutObject',
  's3:DeleteObject',
  's3:AbortMultipartUpload',
  's3:ListMultipartUploadParts',
]

/**
 * The least that a job's roles and its submitter need, from what it reads and writes. Never run against AWS: the actions are those that its
 * documentation names.
 * @throws HubError `hub_not_in_s3`
 */
export function jobPolicies<Parameters extends HubParameters>(
  options: JobPoliciesOptions<Parameters>,
): JobPolicies {
  const { job, params, account, region, partition = 'aws', keys = [], deadLetters } = options
  const { cluster } = job
  const { reads, writes } = job.access(params)
  const hub = hubInS3(params)
  const logs: S3Uri[] = cluster.logUri === undefined ? [] : [cluster.logUri]
  const serviceName = cluster.serviceRole
  const machinesName = instanceProfileOf(job)
  const iam = (path: string) => `arn:${partition}:iam::${account}:${path}`
  const roles = {
    service: iam(`role/${serviceName}`),
    machines: iam(`role/${machinesName}`),
  }
  const ofKeys =
    keys.length === 0 ? null : allow('Keys', ['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKey'], keys)
  const passRoles = [
    allow('PassService', ['iam:PassRole'], [roles.service], {
      StringLike: { 'iam:PassedToService': 'elasticmapreduce.amazonaws.com*' },
    }),
    allow('PassMachines', ['iam:PassRole'], [roles.machines], {
      StringLike: { 'iam:PassedToService': 'ec2.amazonaws.com*' },
    }),
  ]
  const clusters = [`arn:${partition}:elasticmapreduce:${region}:${account}:cluster/*`]
  // Neither names a cluster that is there: they take no resource.
  const run = allow(
    'Run',
    [
      'elasticmapreduce:RunJobFlow',
      'elasticmapreduce:ListClusters',
      'elasticmapreduce:ListSupportedInstanceTypes',
    ],
    ['*'],
  )
  const tagged = allow('Tag', ['elasticmapreduce:AddTags'], clusters)
  const schedulerRole = schedulerRoleOf(job)
  const schedulePermissions = [
    allow(
      'Schedule',
      [
        'scheduler:CreateSchedule',
        'scheduler:DeleteSchedule',
        'scheduler:GetSchedule',
        'scheduler:UpdateSchedule',
      ],
      [`arn:${partition}:scheduler:${region}:${account}:schedule/*/*`],
    ),
    allow('PassScheduler', ['iam:PassRole'], [iam(`role/${schedulerRole}`)], {
      StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' },
    }),
  ]
  const s3 = (name: string, places: readonly S3Uri[], actions: readonly string[]) =>
    s3Statements({ name, places, partition, actions })
  return {
    instanceProfile: {
      role: machinesName,
      trust: trust('ec2.amazonaws.com'),
      managed: [],
      policy: policy(
        ...s3('Hub', [hub, ...writes], writeObjects),
        ...s3('Photos', reads, readObjects),
        ...s3('Logs', logs, ['s3:PutObject']),
        allow('Emr', readObjects, [`arn:${partition}:s3:::${region}.elasticmapreduce/*`]),
        ofKeys,
      ),
    },
    service: {
      role: serviceName,
      trust: trust('elasticmapreduce.amazonaws.com', {
        StringEquals: { 'aws:SourceAccount': account },
        ArnLike: { 'aws:SourceArn': `arn:${partition}:elasticmapreduce:${region}:${account}:*` },
      }),
      // It wants subnets and security groups with the tag for-use-with-amazon-emr-managed-policies=true.
      managed: [`arn:${partition}:iam::aws:policy/service-role/AmazonEMRServicePolicy_v2`],
      policy: policy(
        allow('PassMachines', ['iam:PassRole'], [roles.machines], {
          StringLike: { 'iam:PassedToService': 'ec2.amazonaws.com*' },
        }),
      ),
    },
    scheduler:
      job.schedule === null
        ? null
        : {
            role: schedulerRole,
            trust: trust('scheduler.amazonaws.com', {
              StringEquals: { 'aws:SourceAccount': account },
              ArnLike: {
                'aws:SourceArn': `arn:${partition}:scheduler:${region}:${account}:schedule-group/*`,
              },
            }),
            managed: [],
            policy: policy(
              allow('Run', ['elasticmapreduce:RunJobFlow'], ['*']),
              tagged,
              ...passRoles,
              deadLetters === undefined ? null : allow('DeadLetters', ['sqs:SendMessage'], [deadLetters]),
            ),
          },
    submitter: {
      policy: policy(
        run,
        tagged,
        allow(
          'Watch',
          [
            'elasticmapreduce:AddJobFlowSteps',
            'elasticmapreduce:CancelSteps',
            'elasticmapreduce:DescribeCluster',
            'elasticmapreduce:DescribeStep',
            'elasticmapreduce:ListBootstrapActions',
            'elasticmapreduce:ListInstances',
            'elasticmapreduce:ListSteps',
            'elasticmapreduce:PutAutoTerminationPolicy',
            'elasticmapreduce:PutManagedScalingPolicy',
            'elasticmapreduce:TerminateJobFlows',
          ],
          clusters,
        ),
        ...passRoles,
        ...(job.schedule === null ? [] : schedulePermissions),
        ...s3('Hub', [hub], writeObjects),
        ...s3('Logs', logs, readObjects),
        ofKeys,
      ),
    },
  }
}
