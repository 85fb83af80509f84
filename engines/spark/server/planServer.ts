import { existsSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { resolve } from 'node:path'
import { userError } from '../../../base/HubError.ts'
import { findJava } from '../setup/findJava.ts'
import { sparkHome } from '../setup/sparkHome.ts'
import { type SparkLine, sparkReleases } from '../setup/sparkLines.ts'
import { archivePath } from './archivePath.ts'
import { type InstalledSpark, submitScript } from './InstalledSpark.ts'
import { decideIsolation, type Isolation } from './isolation.ts'
import type { KeeperPlan } from './keeperMessages.ts'
import { checkNamespace } from './namespaceCommand.ts'
import { parseMaster, type SparkMaster } from './parseMaster.ts'
import { checkConf, isHere } from './serverConf.ts'

export interface StartSparkServerOptions {
  readonly line: SparkLine
  /** `local[2]`, `spark://host:port`, `yarn`: see `parseMaster`. */
  readonly master: string
  /** A Spark that somebody else installed, which its own spark-submit starts, under its own settings where `conf` has none. @default ours */
  readonly installed?: InstalledSpark
  /** Settings of Spark; kept out of the arguments and the log. */
  readonly conf?: Readonly<Record<string, string>>
  /** More environment, for example AWS credentials. @default the environment of this process */
  readonly env?: Readonly<Record<string, string>>
  /** Spark's log is added at its end. */
  readonly logFile: string
  /** Ends the server, also while it starts. */
  readonly signal?: AbortSignal
  /** What keeps strangers out. @default the server's own token (Spark 4), a network namespace (Spark 3.5 with a local master) */
  readonly isolation?: Isolation
  /** Heap of the server; with a local master the tasks' too. @default 1g, or what an installed Spark is set to */
  readonly driverMemory?: string
  /** More options of the JVM. */
  readonly javaOptions?: readonly string[]
  /** 0 for a free one. @default 0 */
  readonly port?: number
  /** Where the server's own temporary folder is made, with Spark's shuffle files: best a large disk. @default the system's */
  readonly temporaryFolder?: string
  /** For the server to answer. @default 120 s */
  readonly startMilliseconds?: number
  /** For the server to end by itself when told to. @default 15 s */
  readonly graceMilliseconds?: number
  /** @default the person's cache folder (IMAGEHUB_CACHE) */
  readonly cacheFolder?: string
}

/** Linux takes 107 bytes of a socket's path; a folder's name and the socket's follow its parent. */
const longestParent = 107 - '/imagehub-spark-123456/connect.sock'.length

/** Checks everything that can be checked before anything starts; throws as `startSparkServer` says. */
export async function planServer(
  options: StartSparkServerOptions,
): Promise<{ readonly plan: KeeperPlan; readonly isolation: Isolation }> {
  const { line, installed, conf = {}, env = {}, port = 0, cacheFolder, javaOptions = [] } = options
  const { startMilliseconds = 120_000, graceMilliseconds = 15_000 } = options
  const release = sparkReleases[line]
  const environment = { ...process.env, ...env }
  const master = parseMaster(options.master)
  checkConf(conf)
  const isolation = decideIsolation({
    release,
    master,
    interfaces: networkInterfaces(),
    ...(options.isolation === undefined ? {} : { isolation: options.isolation }),
  })
  const spark =
    installed === undefined
      ? await ownSpark({ line, master, environment, cacheFolder })
      : ({
          start: 'submit',
          program: submitScript(installed.home),
          home: installed.home,
          classPath: [],
        } as const)
  const { settings = {} } = installed ?? {}
  await checkNamespace(isolation, release)
  const inNamespace =
    isolation === 'namespace' || (typeof isolation === 'object' && 'namespaceOf' in isolation)
  const temporaryFolder = resolve(options.temporaryFolder ?? tmpdir())
  if (inNamespace && Buffer.byteLength(temporaryFolder) > longestParent)
    throw userError(
      'path_too_long',
      `the path of a Unix socket does not fit: ${temporaryFolder} is longer than ${longestParent} bytes`,
      'give a temporaryFolder (or TMPDIR) with a shorter path',
    )
  const plan: KeeperPlan = {
    ...spark,
    javaOptions,
    master,
    conf: { ...settings, ...conf },
    driverMemory: options.driverMemory ?? settings['spark.driver.memory'] ?? '1g',
    port,
    temporaryFolder,
    logFile: resolve(options.logFile),
    raiseLoopback: isolation === 'namespace',
    bridged: inNamespace,
    masters: master.kind === 'standalone' ? master.hosts : [],
    startMilliseconds,
    graceMilliseconds,
  }
  return { plan, isolation }
}

interface OwnSparkOptions {
  readonly line: SparkLine
  readonly master: SparkMaster
  readonly environment: NodeJS.ProcessEnv
  readonly cacheFolder: string | undefined
}

/** The Spark that `npm run spark:setup` brought, which a JVM is started with. */
async function ownSpark(
  options: OwnSparkOptions,
): Promise<Pick<KeeperPlan, 'start' | 'program' | 'home' | 'classPath' | 'archive'>> {
  const { line, master, environment, cacheFolder } = options
  const classPath = hadoopFolders(master, environment)
  const java = await findJava({ line, environment })
  const home = await sparkHome({ line, ...(cacheFolder === undefined ? {} : { cacheFolder }) })
  const archive = archivePath(home, java)
  return {
    start: 'java',
    program: java.program,
    home,
    classPath,
    ...(existsSync(archive) ? { archive } : {}),
  }
}

/** Settings of a Hadoop cluster go before Spark's own classes, as its scripts have it. */
function hadoopFolders(master: SparkMaster, environment: NodeJS.ProcessEnv): string[] {
  const { HADOOP_CONF_DIR, YARN_CONF_DIR } = environment
  const folders = [HADOOP_CONF_DIR ?? '', YARN_CONF_DIR ?? ''].filter(folder => folder !== '')
  if (master.kind === 'yarn' && folders.length === 0)
    throw userError(
      'hadoop_conf_missing',
      'master yarn: neither HADOOP_CONF_DIR nor YARN_CONF_DIR is set, so there is no telling which cluster',
      "set HADOOP_CONF_DIR to the folder of the cluster's yarn-site.xml",
    )
  return [...new Set(folders)]
}

/** The environment of a server: this process's, the caller's, and what makes Spark stay by itself. */
export function serverEnvironment(
  options: StartSparkServerOptions,
  plan: KeeperPlan,
  token: string | undefined,
): NodeJS.ProcessEnv {
  const environment: NodeJS.ProcessEnv = {
    ...process.env,
    // Whoever asks for Python by mistake gets an error, not some Python.
    PYSPARK_PYTHON: '/bin/false',
    PYSPARK_DRIVER_PYTHON: '/bin/false',
    ...options.env,
    SPARK_HOME: plan.home,
    ...(isHere(plan.master) ? { SPARK_LOCAL_IP: '127.0.0.1', SPARK_LOCAL_HOSTNAME: 'localhost' } : {}),
    ...(token === undefined ? {} : { SPARK_CONNECT_AUTHENTICATE_TOKEN: token }),
  }
  // Of another Spark, or stronger than the settings that are given.
  for (const name of [
    'SPARK_CONF_DIR',
    'SPARK_LOCAL_DIRS',
    'SPARK_DAEMON_JAVA_OPTS',
    'SPARK_EXECUTOR_DIRS',
    'LOCAL_DIRS',
  ])
    delete environment[name]
  return environment
}
