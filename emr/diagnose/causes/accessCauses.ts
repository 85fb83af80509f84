import type { Cause } from '../Cause.ts'
import { askedErrorPatterns, ownErrorPatterns, said } from './ownError.ts'

const everywhere = ['status', 'step', 'container', 'bootstrap', 'node'] as const

/** The first S3 address in a line, for sentences. */
const addressIn = (line: string) => /\bs3[an]?:\/\/[\w.\-/=%+]{1,300}/.exec(line)?.[0]
const at = (line: string) => {
  const address = addressIn(line)
  return address === undefined ? '' : ` (${address})`
}

/** S3, keys and credentials. */
export const accessCauses: readonly Cause[] = [
  {
    id: 'token_expired',
    title: 'The credentials have expired',
    rank: 'root',
    sure: 'documented',
    places: everywhere,
    patterns: [
      /\bExpiredToken(?:Exception)?\b/,
      /The (?:provided|security) token (?:has expired|included in the request is expired)/i,
      ...askedErrorPatterns('credentials_rejected', '.{1,300}: S3 rejected the credentials'),
    ],
    explain: ({ line }) =>
      `AWS refuses the credentials of the job: they have expired or are wrong${at(line)}.`,
    change: 'give the job no keys of its own: instanceProfile brings credentials that renew themselves',
  },
  {
    id: 'no_credentials',
    title: 'There are no credentials',
    rank: 'root',
    sure: 'unverified',
    places: everywhere,
    patterns: [
      /Unable to load (?:AWS )?credentials from any of the providers/i,
      /No AWS Credentials provided by|NoAuthWithAWSException/,
      /Failed to load credentials from IMDS/i,
      ...askedErrorPatterns('credentials_missing', '.{1,300}: no AWS credentials were found'),
    ],
    explain: ({ line }) => `A program on the cluster found no AWS credentials${at(line)}.`,
    change: 'instanceProfile; a runtime role for steps gives programs that are not Spark none',
  },
  {
    id: 'kms_denied',
    title: 'The KMS key may not be used',
    rank: 'root',
    sure: 'unverified',
    places: everywhere,
    patterns: [
      /not authorized to perform: (?<action>kms:\w{1,40})(?: on resource: (?<key>arn:aws[\w-]{0,12}:kms:[\w:/-]{1,120}))?/,
      /KMS\.?(?<what>DisabledException|NotFoundException|InvalidStateException)/,
      /(?<what>The ciphertext refers to a customer master key that does not exist)/,
    ],
    explain: ({ groups: { action, key, what } }) =>
      action === undefined
        ? `The KMS key cannot be used: ${what}.`
        : `The cluster's role is not allowed ${action}${key === undefined ? '' : ` with ${key}`}.`,
    change: 'kmsKey, or grant kms:Decrypt and kms:GenerateDataKey on it to the role of instanceProfile',
  },
  {
    id: 'no_bucket',
    title: 'A bucket does not exist',
    rank: 'root',
    sure: 'documented',
    places: everywhere,
    patterns: [
      /\bNoSuchBucket\b|The specified bucket does not exist/,
      ...askedErrorPatterns('bucket_not_found', '.{1,300}: there is no bucket'),
    ],
    explain: ({ line }) => `There is no such bucket${at(line)}.`,
    change: 'hub URI or logUri: name a bucket that exists',
  },
  {
    id: 'wrong_region',
    title: 'A bucket lies in another region',
    rank: 'root',
    sure: 'documented',
    places: everywhere,
    patterns: [
      /AuthorizationHeaderMalformed(?:.{0,200}expecting '(?<region>[\w-]{1,30})')?/,
      /The authorization header is malformed.{0,160}expecting '(?<region>[\w-]{1,30})'/,
      /\bPermanentRedirect\b|bucket you are attempting to access must be addressed using the specified endpoint/,
      /\bStatus Code: 301\b/,
      ...askedErrorPatterns('wrong_region', '.{1,300}: the bucket is in another region'),
    ],
    explain: ({ line, groups: { region } }) =>
      `A bucket${at(line)} is in another region than the cluster${region === undefined ? '' : `: ${region}`}.`,
    change: "hub URI: a bucket in the cluster's region, or run the cluster (subnets) in the bucket's region",
  },
  {
    id: 's3_denied',
    title: 'S3 denies access',
    rank: 'root',
    sure: 'reported',
    places: everywhere,
    patterns: [
      /(?:Access ?Denied|Forbidden).{0,300}(?:Status Code: 403|Error Code: (?:AccessDenied|403 Forbidden))/i,
      /(?:Status Code: 403|Error Code: AccessDenied).{0,300}(?:Access ?Denied|Forbidden)/i,
      /not authorized to perform: (?<action>s3:\w{1,40})/,
      /java\.nio\.file\.AccessDeniedException: s3/,
      /An error occurred \((?:AccessDenied|403)\) when calling the \w{1,40} operation/,
      ...askedErrorPatterns('access_denied', 'cannot .{1,300}: access denied'),
    ],
    explain: ({ line, groups: { action } }) =>
      `S3 denied the cluster access${action === undefined ? '' : ` (${action})`}${at(line)}.`,
    change:
      'instanceProfile: its role needs s3:ListBucket on the bucket and s3:GetObject, PutObject, DeleteObject below the hub URI',
  },
  {
    id: 's3_unreachable',
    title: 'S3 cannot be reached from the subnet',
    rank: 'root',
    sure: 'unverified',
    places: everywhere,
    patterns: [
      /Unable to execute HTTP request: Connect(?: to|ion to)? (?<host>[\w.-]{0,80}amazonaws\.com)\S{0,60} .{0,120}(?:timed out|failed)/,
      /Could not connect to the endpoint URL: "(?<host>https:\/\/[\w.-]{1,100})/,
      /UnknownHostException: (?<host>[\w.-]{1,80}amazonaws\.com)/,
    ],
    explain: ({ groups: { host } }) =>
      `The cluster does not reach ${host ?? 'AWS'}: its subnet has no way there.`,
    change: 'subnets: one with an S3 gateway endpoint or a NAT gateway',
  },
  {
    id: 's3_slow_down',
    title: 'S3 asks for fewer requests',
    rank: 'strained',
    sure: 'reported',
    places: everywhere,
    patterns: [
      /(?:Slow ?Down|reduce your request rate).{0,300}(?:Status Code: 503|Error Code: (?:SlowDown|503))/i,
      /(?:Status Code: 503|Error Code: (?:SlowDown|503)).{0,300}(?:Slow ?Down|reduce your request rate)/i,
      /An error occurred \((?:SlowDown|503)\) when calling/,
      ...ownErrorPatterns('storage_unavailable', '.{1,300}: S3 answered'),
    ],
    explain: match =>
      match.groups.code === undefined
        ? `S3 answered "Slow Down" (503) more often than it was asked again${at(match.line)}.`
        : `S3 did not answer: ${said(match)}.`,
    change:
      'workers.count or workers.max: fewer executors at once; then run the job again, finished rows are kept',
  },
]
