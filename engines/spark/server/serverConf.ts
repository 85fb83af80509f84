import { userError } from '../../../base/HubError.ts'
import type { SparkMaster } from './parseMaster.ts'

export interface ServerConfOptions {
  readonly master: SparkMaster
  /** The caller's own settings. */
  readonly conf: Readonly<Record<string, string>>
  /** 0 for a free one. */
  readonly port: number
  readonly driverMemory: string
  /** The server's own temporary folder. */
  readonly folder: string
  /** Options of the JVM that a script starts; they go after those of its settings. @default none: they are arguments */
  readonly jvmOptions?: readonly string[]
}

const driverOptions = 'spark.driver.extraJavaOptions'

/** Settings that an option of `startSparkServer` gives. */
const reserved: Readonly<Record<string, string>> = {
  'spark.master': 'master',
  'spark.driver.memory': 'driverMemory',
  [driverOptions]: 'javaOptions',
  'spark.local.dir': 'temporaryFolder',
  'spark.connect.grpc.binding.port': 'port',
  'spark.connect.grpc.binding.address': 'isolation',
  'spark.connect.authenticate.token': 'isolation',
  'spark.submit.deployMode': 'master',
}

/**
 * Refuses settings that Spark would ignore or that an option gives.
 * @throws HubError `bad_spark_conf`
 */
export function checkConf(conf: Readonly<Record<string, string>>): void {
  for (const key of Object.keys(conf)) {
    if (!/^spark\.\S+$/.test(key))
      throw userError('bad_spark_conf', `"${key}" is no setting of Spark`, 'settings begin with "spark."')
    const option = reserved[key]
    if (option !== undefined)
      throw userError('bad_spark_conf', `${key} is given by the option ${option}`, `set ${option} instead`)
  }
}

/** All settings of the server's application; the caller's own go before defaults. */
export function serverConf(options: ServerConfOptions): Record<string, string> {
  const { master, conf, port, driverMemory, folder, jvmOptions = [] } = options
  return {
    'spark.app.name': 'imagehub',
    'spark.ui.enabled': 'false',
    'spark.sql.warehouse.dir': `file:${folder}/warehouse`,
    ...(isHere(master) ? loopback : {}),
    // Between the driver and itself: nobody else on this machine takes part.
    ...(master.kind === 'local' ? { 'spark.authenticate': 'true' } : {}),
    // What a worker tells of an error stands behind Java's own stack, of which Spark 3.5 gives 1024 characters unless told.
    'spark.connect.jvmStacktrace.maxSize': '16384',
    ...conf,
    'spark.master': master.url,
    'spark.driver.memory': driverMemory,
    'spark.local.dir': `${folder}/local`,
    ...(jvmOptions.length === 0
      ? {}
      : { [driverOptions]: [conf[driverOptions] ?? '', ...jvmOptions].join(' ').trim() }),
    // Spark 3.5 does not know this one.
    'spark.connect.grpc.binding.address': '127.0.0.1',
    'spark.connect.grpc.binding.port': String(port),
  }
}

const loopback = { 'spark.driver.bindAddress': '127.0.0.1', 'spark.driver.host': '127.0.0.1' }

/** Whether every executor is on this machine, so that the driver need not listen on a network. */
export function isHere(master: SparkMaster): boolean {
  if (master.kind === 'standalone')
    return master.hosts.every(({ host }) => host === 'localhost' || host === '127.0.0.1')
  return master.kind === 'local'
}
