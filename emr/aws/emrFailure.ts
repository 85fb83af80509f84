import { HubError, type HubErrorOptions, toError } from '../../base/HubError.ts'
import { credentialHints } from '../../storage/credentialHints.ts'
import { isCredentialsMissing, isThrottle, type SdkFailure, sdkFailure, wrongRegion } from './sdkFailure.ts'

/** What was asked of EMR, for messages. */
export interface EmrAction {
  /** @default 'EMR' */
  readonly service?: 'EMR' | 'EventBridge Scheduler'
  /** Behind "cannot": `start the cluster`, `look at the step`. */
  readonly action: string
  readonly region: string
  /** `j-...` */
  readonly clusterId?: string | undefined
}

type Meaning = Pick<HubErrorOptions, 'code' | 'hint' | 'fault'> & { readonly what: string }

const rejectedCredentials =
  /^(?:ExpiredToken|InvalidAccessKeyId|InvalidToken|InvalidClientTokenId|RequestExpired|RequestTimeTooSkewed|SignatureDoesNotMatch|TokenRefreshRequired|UnrecognizedClient|InvalidSignature|IncompleteSignature|MissingAuthenticationToken|NotAuthorized|OptInRequired)(?:Exception)?$/
const denied = /^(?:AccessDenied|UnauthorizedOperation|AuthorizationError)(?:Exception)?$/
const unknownCluster =
  /cluster ?id .*(?:not valid|does not exist)|NoSuchCluster|no such cluster|job ?flow .*(?:does not exist|not found|not valid)/i
const unknownStep = /step ?id .*(?:not valid|does not exist)|no such step/i

/**
 * What an error of the AWS SDK means to whoever called EMR: `credentials_missing`, `credentials_rejected`, `access_denied`,
 * `unknown_region`, `cluster_not_found`, `step_not_found`, `emr_throttled`, `emr_refused`, `emr_timeout`, `emr_unavailable`. The cause kept is a
 * summary: the SDK's own holds signed headers. HubErrors pass unchanged.
 */
export function emrFailure(thrown: unknown, asked: EmrAction): Error {
  if (thrown instanceof HubError) return thrown
  const failure = sdkFailure(thrown)
  const { what, ...rest } = meaning(failure, asked)
  const cause = new Error(
    [failure.name, failure.status, failure.requestId && `request ${failure.requestId}`]
      .filter(Boolean)
      .join(' '),
  )
  const calls = toError(thrown)
    .stack?.split('\n')
    .filter(line => line.startsWith('    at '))
  cause.stack = [`Error: ${cause.message}`, ...(calls ?? [])].join('\n')
  return new HubError({ ...rest, message: `cannot ${asked.action}: ${what}`, cause })
}

/** True for errors that may pass by themselves. */
export function isPassing(error: unknown): boolean {
  return error instanceof HubError && ['emr_throttled', 'emr_timeout', 'emr_unavailable'].includes(error.code)
}

function meaning(failure: SdkFailure, { service = 'EMR', region, clusterId }: EmrAction): Meaning {
  const { name, message, status, system, unsent } = failure
  const said = message === '' || message === 'UnknownError' ? name : `${name}: ${message}`
  if (isCredentialsMissing(failure))
    return {
      code: 'credentials_missing',
      what: 'no AWS credentials were found',
      hint: credentialHints.missing,
      fault: 'user',
    }
  if (rejectedCredentials.test(name)) {
    const hint = /Expired|Refresh/.test(name) ? credentialHints.expired : credentialHints.rejected
    return {
      code: 'credentials_rejected',
      what: `${service} rejected the credentials: ${said}`,
      hint,
      fault: 'user',
    }
  }
  if (isThrottle(failure))
    return {
      code: 'emr_throttled',
      what: `${service} was asked too often: ${said}`,
      hint: `this account calls ${service} more often than it allows: try again later, and poll less often`,
    }
  if (
    denied.test(name) ||
    status === 403 ||
    status === 401 ||
    /is not authorized to perform/i.test(message)
  ) {
    const action = /\b(?:elasticmapreduce|iam|sts|kms|s3):\w+/.exec(message)?.[0]
    return {
      code: 'access_denied',
      what: `access denied: ${said}`,
      hint: `grant ${action ?? 'what is missing'} to the credentials that are used: imagehub emr iam prints the policy of the submitter`,
      fault: 'user',
    }
  }
  if (system === 'ENOTFOUND' || system === 'ERR_INVALID_URL' || wrongRegion.test(message))
    return {
      code: 'unknown_region',
      what: `no address of ${service} was found for the region ${JSON.stringify(region)} (${system ?? message})`,
      hint: 'check the region, as in us-east-1, AWS_ENDPOINT_URL_EMR, and that this machine reaches the network',
      fault: 'user',
    }
  if (status !== null && status < 500 && unknownCluster.test(said))
    return {
      code: 'cluster_not_found',
      what: `EMR knows no cluster ${clusterId ?? 'of this id'} in the region ${region}: ${said}`,
      hint: 'check the cluster id and the region; EMR forgets clusters two months after their end',
      fault: 'user',
    }
  if (status !== null && status < 500 && unknownStep.test(said))
    return {
      code: 'step_not_found',
      what: `EMR knows no such step of the cluster ${clusterId ?? ''}: ${said}`,
      hint: 'check the ids of cluster and step',
      fault: 'user',
    }
  if (status !== null && status >= 400 && status < 500 && status !== 408)
    return {
      code: 'emr_refused',
      what: `${service} refused it (${status}): ${said}`,
      hint: `change what ${service} names; imagehub emr compile prints the request, and the job's cluster options change it`,
      fault: 'user',
    }
  const later = 'try again later'
  if (status !== null && status >= 500)
    return { code: 'emr_unavailable', what: `${service} answered ${status}: ${said}`, hint: later }
  if (/^(?:Timeout|Abort)Error$/.test(name) && !['ECONNRESET', 'EPIPE'].includes(system ?? ''))
    return {
      code: 'emr_timeout',
      what: `${service} gave no answer: ${message}`,
      hint: 'check the network, then run the command again',
    }
  const check = 'check the network, the proxy settings and AWS_ENDPOINT_URL_EMR'
  if (unsent && /CERT|SIGNED|UNABLE_TO/.test(system ?? ''))
    return {
      code: 'emr_refused',
      what: `no trusted connection to ${service} (${system})`,
      hint: check,
      fault: 'user',
    }
  if (system !== null)
    return { code: 'emr_unavailable', what: `the connection to ${service} failed (${system})`, hint: check }
  return { code: 'emr_unavailable', what: `the answer of ${service} cannot be used: ${said}`, hint: later }
}
