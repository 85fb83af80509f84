import { createHash } from 'node:crypto'
import { create, toBinary } from '@bufbuild/protobuf'
import { type RecordBatch, RecordBatchStreamWriter } from 'apache-arrow'
import { userError } from '../../../base/HubError.ts'
import { type AddOptions, Artifacts } from './Artifacts.ts'
import { DataFrame, runCommand } from './DataFrame.ts'
import type { ExecutionOptions } from './execute.ts'
import type { KeepAlive } from './KeepAlive.ts'
import { sendLimitBytes, type TlsOptions } from './openChannel.ts'
import { checkToken, parseAddress } from './parseAddress.ts'
import { Rpc } from './Rpc.ts'
import { hopeful, patient, type RetryPolicy } from './retryPolicy.ts'
import type { SparkAddress } from './SparkAddress.ts'
import { InterruptRequest_InterruptType, LocalRelationSchema } from './spark_connect_pb.ts'
import { type SparkVersion, supportedVersion } from './sparkVersion.ts'

export interface OpenOptions {
  readonly address: SparkAddress | string
  readonly signal?: AbortSignal | undefined
  /** After a lost connection. @default ten minutes */
  readonly retry?: RetryPolicy
  /** For the first call. @default eight seconds */
  readonly openRetry?: RetryPolicy
  /** For the first call, all tries together. @default 60 s */
  readonly openMilliseconds?: number
  readonly keepAlive?: KeepAlive
  readonly tls?: TlsOptions
}

export interface ReadOptions {
  /** `parquet`, `csv`, `binaryFile`, ... */
  readonly format: string
  readonly paths: readonly string[]
  readonly options?: Readonly<Record<string, string>>
  /** Columns as DDL, where Spark should not find them out by itself. */
  readonly schema?: string
}

export interface FromBatchesOptions {
  /** At least one: an empty batch where there are no rows. */
  readonly batches: readonly RecordBatch[]
  readonly signal?: AbortSignal | undefined
}

/** Larger tables are sent once, as an artifact, not with every plan that uses them. */
const inlineBytes = 256 << 10

/** A session on a Spark Connect server: its views, settings and files are its own, and go when it is closed. */
export class SparkSession implements AsyncDisposable {
  readonly #rpc: Rpc
  readonly #version: SparkVersion
  readonly #artifacts: Artifacts
  #closing: Promise<void> | undefined

  private constructor(rpc: Rpc, version: SparkVersion) {
    this.#rpc = rpc
    this.#version = version
    this.#artifacts = new Artifacts(rpc)
  }

  /**
   * Opens a session.
   * @throws HubError `bad_spark_address`, `spark_unreachable`, `spark_denied`, `spark_version`
   */
  static async open(options: OpenOptions): Promise<SparkSession> {
    const { signal, retry = patient, openRetry = hopeful, keepAlive, tls } = options
    const { openMilliseconds = 60_000 } = options
    const address = typeof options.address === 'string' ? parseAddress(options.address) : options.address
    checkToken(address)
    signal?.throwIfAborted()
    const rpc = new Rpc({ address, retry, keepAlive, tls })
    const deadline = AbortSignal.timeout(openMilliseconds)
    try {
      const analyze = { case: 'sparkVersion' as const, value: {} }
      const response = await rpc
        .call((client, head, call) => client.analyzePlan({ ...head, analyze }, call), {
          signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
          retry: openRetry,
        })
        .catch(error => {
          throw error === deadline.reason ? rpc.unreachable(`no answer within ${openMilliseconds} ms`) : error
        })
      rpc.observe(response)
      const { result } = response
      const version = supportedVersion(result.case === 'sparkVersion' ? result.value.version : '')
      const session = new SparkSession(rpc, version)
      // Spark 3.5 keeps back the stack, and so the worker's text, unless told.
      if (version.major < 4) await session.setConfig({ 'spark.sql.pyspark.jvmStacktrace.enabled': 'true' })
      return session
    } catch (error) {
      await rpc.close()
      throw error
    }
  }

  /** What the server calls itself, for example `4.0.1`. */
  get version(): string {
    return this.#version.text
  }

  get sessionId(): string {
    return this.#rpc.sessionId
  }

  /** For the other folders of this engine. */
  get rpc(): Rpc {
    return this.#rpc
  }

  /** A query, run when its rows are asked for. */
  sql(query: string): DataFrame {
    return this.#table({ relType: { case: 'sql', value: { query } } })
  }

  /** Runs a statement at once: DDL, CACHE TABLE, ... */
  async run(statement: string, options?: ExecutionOptions): Promise<void> {
    await runCommand(this.#rpc, { commandType: { case: 'sqlCommand', value: { sql: statement } } }, options)
  }

  /** Files, read when their rows are asked for. */
  read({ format, paths, options = {}, schema }: ReadOptions): DataFrame {
    const value = {
      format,
      paths: [...paths],
      options: { ...options },
      ...(schema === undefined ? {} : { schema }),
    }
    return this.#table({ relType: { case: 'read', value: { readType: { case: 'dataSource', value } } } })
  }

  /**
   * A table from rows at hand, up to some MB: larger ones belong into files.
   * @throws HubError `spark_message_too_large`
   */
  async fromBatches({ batches, signal }: FromBatchesOptions): Promise<DataFrame> {
    const [first] = batches
    if (first === undefined)
      throw userError('bad_parameter', 'a table for Spark of no batches', 'at least one, maybe empty')
    const data = RecordBatchStreamWriter.writeAll(batches).toUint8Array(true)
    if (data.byteLength > sendLimitBytes) {
      const message = `a table of ${data.byteLength} bytes is too large to send to Spark`
      throw userError(
        'spark_message_too_large',
        message,
        `up to ${sendLimitBytes}; write it to a file that Spark reads`,
      )
    }
    if (data.byteLength <= inlineBytes)
      return this.#table({ relType: { case: 'localRelation', value: { data } } })
    const bytes = toBinary(LocalRelationSchema, create(LocalRelationSchema, { data }))
    const hash = createHash('sha256').update(bytes).digest('hex')
    const name = `cache/${hash}`
    if (!(await this.#artifacts.has(name, { signal }))) {
      await this.#artifacts.add([{ name, source: { data: bytes } }], { signal })
    }
    return this.#table({ relType: { case: 'cachedLocalRelation', value: { hash } } })
  }

  /** Sets what may be set while Spark runs, for this session. */
  async setConfig(settings: Readonly<Record<string, string>>): Promise<void> {
    const pairs = Object.entries(settings).map(([key, value]) => ({ key, value }))
    const operation = { opType: { case: 'set' as const, value: { pairs } } }
    await this.#rpc.call((client, head, options) => client.config({ ...head, operation }, options))
  }

  /** Settings by key; undefined for those that are not set. */
  async config<Key extends string>(keys: readonly Key[]): Promise<Record<Key, string | undefined>> {
    const operation = { opType: { case: 'getOption' as const, value: { keys: [...keys] } } }
    const { pairs } = await this.#rpc.call((client, head, options) =>
      client.config({ ...head, operation }, options),
    )
    const values = new Map(pairs.map(({ key, value }) => [key, value]))
    return Object.fromEntries(keys.map(key => [key, values.get(key)])) as Record<Key, string | undefined>
  }

  /** Sends a file to the server for this session's tasks: `files/x`, `archives/x.tar.gz#folder` or `jars/x.jar`. Sent once only. */
  async addArtifact({
    name,
    path,
    ...options
  }: AddOptions & { readonly name: string; readonly path: string }): Promise<void> {
    await this.#artifacts.add([{ name, source: { path } }], options)
  }

  /** The same for several, small ones in one message. */
  async addArtifacts(
    files: readonly { readonly name: string; readonly path: string }[],
    options?: AddOptions,
  ): Promise<void> {
    await this.#artifacts.add(
      files.map(({ name, path }) => ({ name, source: { path } })),
      options,
    )
  }

  /** Ends everything that this session runs; what waits for it throws `spark_interrupted`. */
  async interrupt(): Promise<void> {
    const interruptType = InterruptRequest_InterruptType.ALL
    await this.#rpc.call((client, head, options) => client.interrupt({ ...head, interruptType }, options))
  }

  /** Ends what still runs, lets the server forget the session (Spark 4; 3.5 does after an hour), and closes the connection. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  async #close(): Promise<void> {
    const { client } = this.#rpc
    const options = { timeoutMs: 5000 }
    const head = this.#rpc.head()
    const goodbye =
      this.#version.major < 4
        ? client.interrupt({ ...head, interruptType: InterruptRequest_InterruptType.ALL }, options)
        : client.releaseSession(head, options)
    // A server that is gone already has forgotten the session too.
    await goodbye.catch(() => {})
    await this.#rpc.close()
  }

  #table(relation: DataFrame['relation']): DataFrame {
    return new DataFrame(this.#rpc, this.version, relation)
  }
}
