import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { toError } from '../../../base/HubError.ts'
import type { HostAndPort } from './parseMaster.ts'

/** For one connection. */
const connectMilliseconds = 5000
/** For a master that is just starting. */
const patienceMilliseconds = 8000

/** Undefined when one of the hosts accepts a connection, else why none does. */
export async function reachOne(hosts: readonly HostAndPort[]): Promise<string | undefined> {
  const deadline = performance.now() + patienceMilliseconds
  for (;;) {
    const answers = await Promise.all(hosts.map(reach))
    if (answers.includes(undefined)) return undefined
    if (performance.now() > deadline) return answers.join('; ')
    await sleep(200)
  }
}

async function reach({ host, port }: HostAndPort): Promise<string | undefined> {
  const socket = connect({ host, port })
  try {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    socket.once('connect', resolve)
    socket.once('error', reject)
    socket.setTimeout(connectMilliseconds, () =>
      reject(new Error(`no answer from ${host}:${port} within ${connectMilliseconds / 1000} s`)),
    )
    await promise
    return undefined
  } catch (thrown) {
    return toError(thrown).message
  } finally {
    socket.destroy()
  }
}
