import { Code, ConnectError } from '@connectrpc/connect'
import { systemCode } from '../../../base/HubError.ts'

/**
 * What a failed call means:
 * `lost`: the connection broke, or nobody answered: trying again may help;
 * `denied`: the server, or a proxy, does not let us in;
 * `refused`: the two will never understand each other (certificate, protocol, HTTP status of a proxy): trying again is pointless;
 * `too_large`: a message exceeds what one side takes;
 * `answered`: the server answered with an error.
 */
export type CallFailure = 'lost' | 'denied' | 'refused' | 'too_large' | 'answered'

export function callFailure(error: ConnectError): CallFailure {
  if (isTooLarge(error)) return 'too_large'
  if (error.code === Code.Unauthenticated || error.code === Code.PermissionDenied) return 'denied'
  if (error.metadata.has('grpc-status')) return isTransient(error) ? 'lost' : 'answered'
  if (error.code === Code.Unimplemented || causes(error).some(isHopeless)) return 'refused'
  return 'lost'
}

/** Statuses with which a server asks to be tried again: its own outage, or a reader that another one displaced. */
function isTransient(error: ConnectError): boolean {
  return error.code === Code.Unavailable || error.rawMessage.includes('INVALID_CURSOR.DISCONNECTED')
}

function isTooLarge(error: ConnectError): boolean {
  if (error.code !== Code.ResourceExhausted) return false
  // The first is this side's wording, the second that of the server.
  return /message size \d+ is larger than|message exceeds maximum size/i.test(error.rawMessage)
}

function isHopeless(cause: unknown): boolean {
  const code = systemCode(cause) ?? ''
  return /^(ERR_TLS_|ERR_SSL_|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|ERR_HTTP2_ERROR$|ENOENT$|EACCES$)/.test(
    code,
  )
}

/** An error and its causes, outermost first. */
export function causes(error: unknown): unknown[] {
  const chain: unknown[] = []
  for (let at = error; at instanceof Error && !chain.includes(at); at = at.cause) chain.push(at)
  return chain
}

/** Connect's errors pass through its own check, whichever copy of the class made them. */
export function asConnectError(thrown: unknown): ConnectError | undefined {
  return thrown instanceof ConnectError ? thrown : undefined
}
