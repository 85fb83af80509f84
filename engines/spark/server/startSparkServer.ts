import { randomBytes } from 'node:crypto'
import { mkdir, open } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HubError } from '../../../base/HubError.ts'
import { Secret } from '../connect/Secret.ts'
import { sparkReleases } from '../setup/sparkLines.ts'
import { hideSecrets } from './hideSecrets.ts'
import { type Death, KeeperProcess } from './KeeperProcess.ts'
import type { StartFailure } from './keeperMessages.ts'
import { namespaceCommand } from './namespaceCommand.ts'
import { planServer, type StartSparkServerOptions, serverEnvironment } from './planServer.ts'
import type { SparkServer } from './SparkServer.ts'
import { startFailure } from './startFailure.ts'

export type { StartSparkServerOptions } from './planServer.ts'

/**
 * Starts a Spark Connect server as an application of this process and waits until it answers. Only this user's programs can reach it,
 * unless `isolation` says otherwise. Spark 3.5 with a local master runs in a network namespace of its own, so its tasks have no network.
 * @throws HubError before anything starts: `bad_master`, `bad_spark_conf`, `bad_isolation`, `spark_unprotected`, `spark_missing`,
 *   `hadoop_conf_missing`, `java_missing`, `java_too_old`, `java_too_new`; then `master_unreachable`, `port_in_use`, `bad_driver_memory`,
 *   `spark_server_failed` with the end of its log; the signal's reason
 */
export async function startSparkServer(options: StartSparkServerOptions): Promise<SparkServer> {
  const { signal, line } = options
  signal?.throwIfAborted()
  const release = sparkReleases[line]
  const { plan, isolation } = await planServer(options)
  const token = release.protectsItself ? randomBytes(32).toString('base64url') : undefined
  const conceal = (text: string) =>
    hideSecrets(text, { ...plan.conf, ...(token === undefined ? {} : { token }) })
  await mkdir(dirname(plan.logFile), { recursive: true })
  const log = await open(plan.logFile, 'a', 0o600)
  const keeper = new KeeperProcess({
    plan,
    within: namespaceCommand(isolation),
    environment: serverEnvironment(options, plan, token),
    output: log.fd,
  })
  await log.close()
  const stop = () => void keeper.stop()
  signal?.addEventListener('abort', stop, { once: true })
  keeper.ended.then(() => signal?.removeEventListener('abort', stop))
  if (signal?.aborted) stop()
  const started = await keeper.started
  if ('kind' in started || signal?.aborted) await keeper.ended
  signal?.throwIfAborted()
  if ('kind' in started) {
    throw startFailure({ ...plan, masterUrl: plan.master.url, release, failure: concealed(started, conceal) })
  }
  keeper.unref()
  const { pid, port, socketPath } = started
  const way = socketPath === undefined ? { host: '127.0.0.1', port } : { socketPath }
  return {
    address: { ...way, ...(token === undefined ? {} : { token: new Secret(token) }) },
    version: release.version,
    pid,
    ended: keeper.ended.then(death => death && died(death, conceal, plan.logFile)),
    stop: () => keeper.stop(),
    [Symbol.asyncDispose]: () => keeper.stop(),
  }
}

function concealed(failure: StartFailure, conceal: (text: string) => string): StartFailure {
  return 'tail' in failure ? { ...failure, tail: conceal(failure.tail) } : failure
}

function died({ how, tail }: Death, conceal: (text: string) => string, logFile: string): HubError {
  const end = tail === '' ? '' : `; its log ends:\n${conceal(tail)}`
  return new HubError({
    code: 'spark_server_died',
    message: `the Spark Connect server ended with ${how}${end}`,
    hint: `the whole log is in ${logFile}`,
  })
}
