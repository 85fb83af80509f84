import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Field, Message, makeData, RecordBatch, RecordBatchReader, Schema, Struct } from 'apache-arrow'
import { batchToIpc, rowsToBatch } from '../../../../tables/batch.ts'
import type { Columns } from '../../../../tables/defineTable.ts'
import type { Scope } from '../../../support/temporaryFolder.ts'
import { JavaWriter } from './javaWriter.ts'
import { type HeaderOptions, type SparkLine, taskHeader } from './taskHeader.ts'

export interface WorkerOptions {
  readonly launcher: string
  readonly line?: SparkLine
  readonly environment?: Readonly<Record<string, string>>
  readonly cwd?: string
}

const secret = 'a secret of Spark'

/** A worker's daemon, started as Spark's executors start it. */
export class WorkerUnderTest {
  readonly child: ChildProcess
  readonly line: SparkLine
  readonly exited: Promise<{ readonly code: number | null; readonly signal: string | null }>
  stderr = ''
  port = 0

  private constructor(child: ChildProcess, line: SparkLine) {
    this.child = child
    this.line = line
    this.exited = new Promise(resolve => child.on('close', (code, signal) => resolve({ code, signal })))
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text
    })
  }

  static async start(test: Scope, options: WorkerOptions): Promise<WorkerUnderTest> {
    const { launcher, line = '4.0', environment = {}, cwd } = options
    const args = ['-m', 'pyspark.daemon', ...(line === '3.5' ? [] : ['pyspark.worker'])]
    const child = spawn(launcher, args, {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: {
        PATH: '/usr/bin:/bin',
        PYTHON_WORKER_FACTORY_SECRET: secret,
        SPARK_REUSE_WORKER: '1',
        ...environment,
      },
      ...(cwd === undefined ? {} : { cwd }),
    })
    const worker = new WorkerUnderTest(child, line)
    test.after(async () => {
      child.kill('SIGKILL')
      await worker.exited
    })
    const [bytes] = (await Promise.race([
      once(child.stdout as NodeJS.ReadableStream, 'data'),
      worker.exited.then(() => {
        throw new Error(`the daemon ended: ${worker.stderr}`)
      }),
    ])) as [Buffer]
    worker.port = bytes.readInt32BE()
    return worker
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  /** A connection that has shown the secret. */
  async connect(shown = secret): Promise<SparkConnection> {
    const connection = await SparkConnection.open(this.port)
    await connection.id()
    connection.write(new JavaWriter().text(shown).bytes())
    const answer = await connection.text()
    if (answer !== 'ok') throw new Error(`the daemon answers ${answer}`)
    return connection
  }

  /** Runs one task over a connection of its own. */
  async run(task: TaskOptions): Promise<TaskResult> {
    const connection = await this.connect()
    try {
      return await connection.run({ line: this.line, ...task })
    } finally {
      connection.close()
    }
  }

  kill(id: number): void {
    this.child.stdin?.write(new JavaWriter().int(id).bytes())
  }
}

export interface TaskOptions extends Omit<HeaderOptions, 'line'> {
  readonly line?: SparkLine
  readonly batches: readonly RecordBatch[]
  /** Columns of a stream without batches; without it such a stream has no schema. */
  readonly schema?: Columns
  /** Awaited before each batch of the answer is taken. */
  readonly onOutput?: () => Promise<void>
}

export interface TaskResult {
  readonly batches: readonly RecordBatch[]
  readonly reusable: boolean
}

/** What Spark throws where its worker reports an error. */
export class WorkerError extends Error {}

/** Spark's end of a connection to a worker. */
export class SparkConnection {
  readonly socket: Socket
  #id = 0

  private constructor(socket: Socket) {
    this.socket = socket
    socket.on('error', () => {})
  }

  static async open(port: number): Promise<SparkConnection> {
    const socket = connect({ port, host: '127.0.0.1' })
    await once(socket, 'connect')
    return new SparkConnection(socket)
  }

  /** The worker's id, which it says first. */
  async id(): Promise<number> {
    this.#id ||= await this.int()
    return this.#id
  }

  write(bytes: Uint8Array): boolean {
    return this.socket.write(bytes)
  }

  close(): void {
    this.socket.destroy()
  }

  async run(task: TaskOptions & { readonly line: SparkLine }): Promise<TaskResult> {
    this.write(taskHeader(task))
    const feeding = this.#feed(task)
    try {
      return await this.#answer(task.onOutput)
    } finally {
      await feeding
    }
  }

  async #feed({ batches, schema }: TaskOptions): Promise<void> {
    for (const bytes of inputStream(batches, schema))
      if (!this.write(bytes)) await this.#event('drain', 'close')
    this.write(new JavaWriter().int(-4).bytes())
  }

  async #answer(onOutput: TaskOptions['onOutput']): Promise<TaskResult> {
    let batches: RecordBatch[] = []
    for (;;) {
      const mark = await this.int()
      if (mark === -6) batches = await this.#arrow(onOutput)
      else if (mark === -2) throw new WorkerError(await this.text())
      else if (mark === -3) await this.read(5 * 8)
      else if (mark === -1) {
        if ((await this.int()) !== 0) throw new Error('accumulators')
        return { batches, reusable: (await this.int()) === -4 }
      } else throw new Error(`an unknown mark ${mark}`)
    }
  }

  async #arrow(onOutput: TaskOptions['onOutput']): Promise<RecordBatch[]> {
    const messages: Buffer[] = []
    for (;;) {
      const prefix = await this.read(8)
      if (prefix.readInt32LE(0) !== -1) throw new Error('no Arrow message')
      const length = prefix.readInt32LE(4)
      if (length === 0) break
      if (messages.length > 0) await onOutput?.()
      const metadata = await this.read(length)
      const body = await this.read(Number(Message.decode(metadata).bodyLength))
      messages.push(Buffer.concat([prefix, metadata, body]))
    }
    return [...RecordBatchReader.from(messages)].map(unwrap)
  }

  async int(): Promise<number> {
    return (await this.read(4)).readInt32BE()
  }

  async text(): Promise<string> {
    return (await this.read(await this.int())).toString()
  }

  /** Fulfilled by the first of the events, or because the connection is closed. */
  async #event(...names: readonly string[]): Promise<void> {
    if (this.socket.destroyed) return
    await new Promise<void>(resolve => {
      const settle = () => {
        for (const name of names) this.socket.off(name, settle)
        resolve()
      }
      for (const name of names) this.socket.on(name, settle)
    })
  }

  async read(length: number): Promise<Buffer> {
    const parts: Buffer[] = []
    let missing = length
    while (missing > 0) {
      const part = this.socket.read(
        Math.min(missing, Math.max(this.socket.readableLength, 1)),
      ) as Buffer | null
      if (part === null) {
        if (this.socket.readableEnded || this.socket.destroyed)
          throw new Error('the worker closed the connection')
        await this.#event('readable', 'end', 'close')
        continue
      }
      parts.push(part)
      missing -= part.length
    }
    return Buffer.concat(parts)
  }
}

/** Batches as Spark sends them: an Arrow stream, all columns in one struct. */
export function* inputStream(batches: readonly RecordBatch[], columns?: Columns): Generator<Uint8Array> {
  let schemaLength = 0
  if (columns !== undefined && batches.length === 0) {
    const bytes = batchToIpc(wrap(rowsToBatch(columns, [])))
    yield bytes.subarray(0, 8 + Buffer.from(bytes.buffer, bytes.byteOffset).readInt32LE(4))
  }
  for (const batch of batches) {
    const bytes = batchToIpc(wrap(batch))
    const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
    yield bytes.subarray(schemaLength, bytes.length - 8)
    schemaLength ||= 8 + view.readInt32LE(4)
  }
  // An empty partition: the end without a schema.
  yield Uint8Array.of(255, 255, 255, 255, 0, 0, 0, 0)
}

function wrap(batch: RecordBatch): RecordBatch {
  const type = new Struct(batch.schema.fields)
  const struct = makeData({ type, length: batch.numRows, nullCount: 0, children: batch.data.children })
  const schema = new Schema([new Field('_0', type, false)])
  const outer = { type: new Struct(schema.fields), length: batch.numRows, nullCount: 0, children: [struct] }
  return new RecordBatch(schema, makeData(outer))
}

function unwrap(batch: RecordBatch): RecordBatch {
  const struct = batch.data.children[0]
  if (struct === undefined) throw new Error('no struct')
  return new RecordBatch(new Schema((struct.type as Struct).children), struct as never)
}
