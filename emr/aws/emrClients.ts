import { EMRClient } from '@aws-sdk/client-emr'

/** Ways to Amazon EMR. Another endpoint comes from AWS_ENDPOINT_URL_EMR, credentials from where the AWS SDK looks for them. */
export interface EmrClients {
  /** For calls that may be made twice: asks again when throttled or unanswered. */
  readonly read: EMRClient
  /** For calls that may start something, which EMR has no token for: one attempt each. */
  readonly send: EMRClient
}

/** Attempts of a call that only reads: EMR throttles accounts at a few calls a second. */
const readAttempts = 8

export function emrClients(region: string): EmrClients & Disposable {
  const read = new EMRClient({ region, maxAttempts: readAttempts, retryMode: 'adaptive' })
  const send = new EMRClient({ region, maxAttempts: 1 })
  return {
    read,
    send,
    [Symbol.dispose]() {
      read.destroy()
      send.destroy()
    },
  }
}
