import { systemCode, toError } from '../../base/HubError.ts'
import { maskSecrets } from '../diagnose/maskSecrets.ts'
import { withoutControls } from '../diagnose/withoutControls.ts'

/** What an error of the AWS SDK tells, without the signed request that it carries. */
export interface SdkFailure {
  /** The service's name of it, or the SDK's. */
  readonly name: string
  /** What was said, on one line, without what looks like a secret. */
  readonly message: string
  /** Of HTTP; null where no answer came. */
  readonly status: number | null
  readonly requestId: string | null
  /** The system's code: ECONNRESET, ... */
  readonly system: string | null
  /** Whether it is certain that nothing reached EMR: no name was found, no connection made, no certificate trusted, nothing signed. */
  readonly unsent: boolean
}

const longestMessage = 600
const missingCredentials = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError'])
const beforeSending =
  /^(?:ENOTFOUND|EAI_\w+|ECONNREFUSED|ERR_INVALID_URL|ERR_TLS_CERT_\w+)$|CERT|SELF_SIGNED|UNABLE_TO/

export function sdkFailure(thrown: unknown): SdkFailure {
  const error: Error & {
    readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string }
    readonly syscall?: string
  } = toError(thrown)
  const system = systemCode(error) ?? null
  const status = error.$metadata?.httpStatusCode ?? null
  const unsent =
    status === null &&
    (missingCredentials.has(error.name) ||
      error.syscall === 'connect' ||
      (system !== null && beforeSending.test(system)) ||
      wrongRegion.test(error.message))
  return {
    name: error.name,
    message: told(error.message),
    status,
    requestId: error.$metadata?.requestId ?? null,
    system,
    unsent,
  }
}

export const wrongRegion = /^Region not accepted|^Region is missing|Invalid region/i

export const isCredentialsMissing = ({ name, message }: SdkFailure) =>
  missingCredentials.has(name) || /credential is missing|could not load credentials/i.test(message)

const throttles =
  /^(?:Throttl\w*|RequestThrottled\w*|TooManyRequests\w*|RequestLimitExceeded|BandwidthLimitExceeded|SlowDown|EC2ThrottledException|PriorRequestNotComplete)$/

/** Whether EMR said that it was asked too often, which it says before it does anything. */
export const isThrottle = ({ name, message, status }: SdkFailure) =>
  status !== null && (status === 429 || throttles.test(name) || /^Rate exceeded/i.test(message))

/** What may be shown of what a service said. */
function told(message: string): string {
  const [said = ''] = message.split('\n  Deserialization error')
  const shown = maskSecrets(withoutControls(said.replaceAll(/\s*\n\s*/g, ' '))).trim()
  return shown.length <= longestMessage ? shown : `${shown.slice(0, longestMessage)}...`
}
