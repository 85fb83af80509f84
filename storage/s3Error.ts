import { HubError, type HubErrorOptions, systemCode, toError } from '../base/HubError.ts'
import { credentialHints } from './credentialHints.ts'

interface ServiceError extends Error {
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string }
}

/** What was asked of S3, for messages. */
export interface S3Action {
  readonly action: string
  readonly bucket: string
  readonly key?: string | undefined
  readonly endpoint?: string | undefined
}

type Meaning = Pick<HubErrorOptions, 'code' | 'hint' | 'fault'> & { readonly what: string }

const rejectedCredentials = new Set([
  'ExpiredToken',
  'ExpiredTokenException',
  'InvalidAccessKeyId',
  'InvalidToken',
  'RequestExpired',
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'TokenRefreshRequired',
])
const missingCredentials = new Set(['CredentialsProviderError', 'TokenProviderError', 'ProviderError'])
const full = new Set(['QuotaExceeded', 'InsufficientStorage', 'XMinioStorageFull', 'EntityTooLarge'])
const overloaded = new Set([
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'RequestTimeout',
  'InternalError',
])
const conflicts = new Set(['ConditionalRequestConflict', 'OperationAborted'])

/** What an error of the AWS SDK means, naming bucket and key. The cause kept is a summary: the SDK's own holds signed headers. */
export function s3Error(thrown: unknown, asked: S3Action): Error {
  const error: ServiceError = toError(thrown)
  if (error instanceof HubError || error.name === 'AbortError') return error
  const { what, ...rest } = meaning(error, asked)
  const place = `s3://${asked.bucket}${asked.key === undefined ? '' : `/${asked.key}`}`
  return new HubError({ ...rest, message: `cannot ${asked.action} ${place}: ${what}`, cause: summary(error) })
}

function meaning(error: ServiceError, { bucket, key, endpoint }: S3Action): Meaning {
  const { name } = error
  const status = error.$metadata?.httpStatusCode ?? 0
  const said = `${name}${status ? ` (${status})` : ''}`
  if (
    missingCredentials.has(name) ||
    /credential is missing|could not load credentials/i.test(error.message)
  ) {
    return {
      code: 'credentials_missing',
      what: 'no AWS credentials were found',
      hint: `${credentialHints.missing}, or read a public bucket anonymously`,
      fault: 'user',
    }
  }
  if (rejectedCredentials.has(name)) {
    const hint = /Expired|Refresh/.test(name) ? credentialHints.expired : credentialHints.rejected
    return { code: 'credentials_rejected', what: `S3 rejected the credentials: ${said}`, hint, fault: 'user' }
  }
  // An answer to HEAD has no body that would name it.
  if (name === 'NoSuchBucket' || (error.$metadata?.httpStatusCode === 404 && key === undefined)) {
    const hint = `create the bucket ${bucket}, or name another`
    return { code: 'bucket_not_found', what: `there is no bucket ${bucket}`, hint, fault: 'user' }
  }
  if (full.has(name) || status === 507) {
    return {
      code: 'storage_full',
      what: `no space is left: ${said}`,
      hint: 'free space or raise the quota, then run again',
    }
  }
  if (status === 404) return { code: 'not_found', what: 'there is no such object', fault: 'user' }
  if (status === 403 || status === 401) {
    const hint =
      'grant s3:GetObject, s3:PutObject, s3:DeleteObject and s3:ListBucket as needed; where listing is not allowed, an absent object answers so too'
    return { code: 'access_denied', what: `access denied: ${said}`, hint, fault: 'user' }
  }
  if (status === 412) return { code: 'precondition_failed', what: 'the object exists or has changed' }
  if (status === 416) return { code: 'range_not_satisfiable', what: 'the range begins beyond the end' }
  if (status === 301 || name === 'PermanentRedirect' || name === 'AuthorizationHeaderMalformed') {
    const hint = 'set AWS_REGION to the region of the bucket'
    return { code: 'wrong_region', what: `the bucket is in another region: ${said}`, hint, fault: 'user' }
  }
  // The SDK calls a connection that was reset a timeout, too.
  if (name === 'TimeoutError' && !['ECONNRESET', 'EPIPE'].includes(systemCode(error) ?? '')) {
    const hint = 'check the network, then run the command again'
    return { code: 'storage_timeout', what: `S3 stalled: ${error.message}`, hint }
  }
  if (status >= 500 || status === 429 || overloaded.has(name) || conflicts.has(name)) {
    return { code: 'storage_unavailable', what: `S3 answered ${said}`, hint: 'try again later' }
  }
  if (status >= 400) return { code: 'storage_refused', what: `S3 answered ${said}: ${error.message}` }
  return unreachable(error, endpoint)
}

function unreachable(error: Error, endpoint: string | undefined): Meaning {
  const system = systemCode(error) ?? error.name
  const where = endpoint === undefined ? 'S3' : `the endpoint ${withoutSecrets(endpoint)}`
  const hint = 'check the endpoint (AWS_ENDPOINT_URL_S3), the network and the proxy settings'
  if (/CERT|TLS|SSL|SIGNED|ERR_INVALID_URL/.test(system)) {
    return {
      code: 'storage_refused',
      what: `no trusted connection to ${where} (${system})`,
      hint,
      fault: 'user',
    }
  }
  return { code: 'storage_unavailable', what: `the connection to ${where} failed (${system})`, hint }
}

function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^/@]*@/, '//').replace(/\?.*/, '')
}

function summary(error: ServiceError): Error {
  const status = error.$metadata?.httpStatusCode
  const requestId = error.$metadata?.requestId
  const plain = new Error([error.name, status, requestId && `request ${requestId}`].filter(Boolean).join(' '))
  const calls = error.stack?.split('\n').filter(line => line.startsWith('    at ')) ?? []
  plain.stack = [`Error: ${plain.message}`, ...calls].join('\n')
  return plain
}
