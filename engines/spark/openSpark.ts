import { HubError } from '../../base/HubError.ts'
import { defaultCacheFolder } from '../../storage/defaultCacheFolder.ts'
import type { StorageOptions } from '../../storage/openStorage.ts'
import { archivedLauncher, workerArchive } from './bundle/workerArchive.ts'
import { collectNumbers } from './collectNumbers.ts'
import type { SparkAddress } from './connect/SparkAddress.ts'
import { SparkSession } from './connect/SparkSession.ts'
import { hadoopS3Settings } from './hadoopS3Settings.ts'
import { type Shipping, sentBySession, sharedDisk } from './Shipping.ts'
import { parseMaster } from './server/parseMaster.ts'
import type { SparkServer } from './server/SparkServer.ts'
import { type StartSparkServerOptions, startSparkServer } from './server/startSparkServer.ts'
import type { SparkLine } from './setup/sparkLines.ts'

export interface SparkOptions {
  /** Which Spark is started. @default '4.0' */
  readonly line?: SparkLine
  /** `local[2]`, `spark://host:port`, `yarn`. @default what an installed Spark is set to, else 'local[*]' */
  readonly master?: string
  /** A Connect server that runs already, `sc://host:port`; none is started then. */
  readonly connect?: string
  /** Further settings, `spark.*`; for a server that runs already those of a session. */
  readonly conf?: Readonly<Record<string, string>>
  /** More of a server that is started: who can reach it, its memory, its environment (with a local master the workers', too). */
  readonly server?: Pick<
    StartSparkServerOptions,
    'isolation' | 'env' | 'driverMemory' | 'javaOptions' | 'temporaryFolder' | 'port' | 'installed'
  >
  /** When a stage that gives nothing is taken for one that hangs. @default 900 */
  readonly stageSeconds?: number
  /** For a cluster to give the first executor; queues may take their time. @default 300 */
  readonly executorSeconds?: number
  /** How Spark reaches S3. @default as the AWS SDK for Java does */
  readonly s3?: StorageOptions
  /** File that the server's log is appended to. */
  readonly logFile: string
  /** @default the person's cache folder */
  readonly cacheFolder?: string
}

/** A session with workers of ours in Python's place. */
export interface OpenSpark extends AsyncDisposable {
  readonly session: SparkSession
  readonly shipping: Shipping
  /** Tasks that run at once, as far as Spark knows when it starts. */
  readonly slots: number
  /** Aborted when the server that was started here has died, with HubError `spark_server_died`. */
  readonly died: AbortSignal
}

/** The same answers as DuckDB: UTC, microseconds, errors in place of silent nulls; few partitions for small tables. */
const sessionSettings = {
  'spark.sql.session.timeZone': 'UTC',
  'spark.sql.ansi.enabled': 'true',
  'spark.sql.parquet.outputTimestampType': 'TIMESTAMP_MICROS',
  'spark.sql.adaptive.enabled': 'true',
  /** What files and partitions after a shuffle aim at. */
  'spark.sql.adaptive.advisoryPartitionSizeInBytes': '128m',
} as const

/** Set where tasks ask for GPUs: their workers then get onnxruntime's part for them. */
const taskGpus = 'spark.task.resource.gpu.amount'

/** A task that a crash of its worker ended is tried again: Spark's own default everywhere but on one machine. */
const localTries = 4

/**
 * Opens a session on a Connect server, which is started first where none is named, with the worker archive in place.
 * @throws HubError `no_executors`; as startSparkServer, SparkSession.open and workerArchive do
 */
export async function openSpark(options: SparkOptions, asked: AbortSignal): Promise<OpenSpark> {
  const { line = '4.0', connect, conf = {}, server: serverOptions, logFile } = options
  const { cacheFolder = defaultCacheFolder() } = options
  const master = parseMaster(
    options.master ?? serverOptions?.installed?.settings['spark.master'] ?? 'local[*]',
  )
  const isLocal = connect === undefined && master.kind === 'local'
  await using opened = new AsyncDisposableStack()
  const server =
    connect === undefined
      ? opened.use(
          await startSparkServer({
            line,
            master: isLocal ? withTries(master.url) : master.url,
            conf: { ...hadoopS3Settings(options.s3), ...conf },
            logFile,
            signal: asked,
            ...serverOptions,
          }),
        )
      : undefined
  const death = new AbortController()
  const { signal: died } = death
  server?.ended.then(error => error && death.abort(error))
  const signal = AbortSignal.any([asked, died])
  const session = opened.use(await SparkSession.open({ address: addressOf(connect, server), signal }))
  // A server that died, or was ended by who asked for it, does not come back: calls that wait for it wait no longer.
  signal.addEventListener('abort', () => void session.close(), { once: true })
  if (signal.aborted) throw signal.reason
  const slots = await prepareSession({ options, session, isLocal, signal, cacheFolder }).catch(thrown => {
    signal.throwIfAborted()
    throw thrown
  })
  const owned = opened.move()
  return {
    session,
    shipping: isLocal ? sharedDisk(cacheFolder) : sentBySession(session, cacheFolder),
    slots,
    died,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

interface PrepareSessionOptions {
  readonly options: SparkOptions
  readonly session: SparkSession
  /** Whether executors see this machine's files. */
  readonly isLocal: boolean
  readonly signal: AbortSignal
  readonly cacheFolder: string
}

/** Puts our workers in Python's place. @returns tasks that run at once */
async function prepareSession(prepare: PrepareSessionOptions): Promise<number> {
  const { options, session, isLocal, signal, cacheFolder } = prepare
  const { connect, conf = {} } = options
  await session.setConfig(sessionSettings)
  if (connect !== undefined && Object.keys(conf).length > 0) await session.setConfig(conf)
  const { [taskGpus]: gpus } = await session.config([taskGpus])
  const archive = await workerArchive({ cacheFolder, gpu: gpus !== undefined })
  if (!isLocal) {
    const { name, path } = await archive.archive()
    await session.addArtifact({ name: `archives/${name}#imagehub`, path })
  }
  await session.setConfig({
    'spark.sql.execution.pyspark.python': isLocal ? archive.launcher : archivedLauncher,
  })
  const slots = await slotsOf(session, signal, options.executorSeconds)
  await session.setConfig({ 'spark.sql.shuffle.partitions': String(Math.max(8, 4 * slots)) })
  return slots
}

function addressOf(connect: string | undefined, server: SparkServer | undefined): SparkAddress | string {
  const address = connect ?? server?.address
  if (address === undefined) throw new Error('neither a server nor its address')
  return address
}

/** `local[2]` allows no task to fail. */
function withTries(url: string): string {
  if (url === 'local') return `local[1,${localTries}]`
  return /,/.test(url) ? url : url.replace(']', `,${localTries}]`)
}

/** A range has as many partitions as Spark would run at once. */
async function slotsOf(session: SparkSession, signal: AbortSignal, executorSeconds = 300): Promise<number> {
  // Executors of a cluster come up with the first job. Spark itself waits for them for ever.
  const late = new HubError({
    code: 'no_executors',
    message: `Spark gave no executor within ${executorSeconds} s`,
    hint: 'has the cluster a worker with free cores and with the memory that spark.executor.memory asks for (1g unless set)? Otherwise wait until others are done',
  })
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(late), executorSeconds * 1000)
  const first = session.sql('SELECT count(*) AS n FROM range(1000)')
  await collectNumbers(first, ['n'], AbortSignal.any([signal, patience.signal])).finally(() =>
    clearTimeout(timer),
  )
  const query = session.sql(
    'SELECT count(DISTINCT part) AS slots FROM (SELECT spark_partition_id() AS part FROM range(100000))',
  )
  const { slots } = await collectNumbers(query, ['slots'], signal)
  return Math.max(1, slots)
}
