import { createHash, timingSafeEqual } from 'node:crypto'
import type { Socket } from 'node:net'
import { ConnectionClosed, readText } from './ByteSource.ts'
import { intBytes, textBytes } from './javaBytes.ts'
import { peerHasClosed } from './peerHasClosed.ts'
import { runTask } from './runTask.ts'
import { SocketReader } from './SocketReader.ts'
import { SocketWriter } from './SocketWriter.ts'
import type { ThreadPool } from './ThreadPool.ts'
import type { WorkerLimits } from './WorkerLimits.ts'

export interface ConnectionOptions {
  /** What Spark calls this worker when it wants it killed. */
  readonly id: number
  readonly secret: string
  /** Whether a connection brings one task after the other. */
  readonly reuse: boolean
  readonly limits: WorkerLimits
  readonly threads: ThreadPool
}

/** One worker in Spark's eyes: a connection that brings tasks. */
export class WorkerConnection {
  readonly id: number
  /** Fulfilled when it is closed and nothing of its tasks is left. */
  readonly done: Promise<void>
  readonly #reader: SocketReader
  readonly #stop = new AbortController()

  /**
   * @param socket accepted with `pauseOnConnect`, or connected and not read from
   * @param greet exchanges secret and id; @returns whether the other side is Spark
   */
  constructor(
    socket: Socket,
    options: ConnectionOptions,
    greet: (reader: SocketReader, writer: SocketWriter, options: ConnectionOptions) => Promise<boolean>,
  ) {
    this.id = options.id
    this.#reader = new SocketReader(socket)
    this.#reader.socket.setNoDelay(true)
    this.#reader.socket.on('close', () => this.kill())
    this.done = this.#serve(options, greet)
  }

  /** Spark wants this worker's task no more. */
  kill(): void {
    this.#stop.abort(new ConnectionClosed('Spark gave the task up'))
    this.#reader.socket.destroy()
  }

  /** Notices a close that hides behind data which nobody reads, because the stage takes its time. */
  killWhereClosed(): void {
    const { socket, waitsForWish } = this.#reader
    if (waitsForWish && !socket.destroyed && peerHasClosed(socket)) this.kill()
  }

  async #serve(
    options: ConnectionOptions,
    greet: (reader: SocketReader, writer: SocketWriter, options: ConnectionOptions) => Promise<boolean>,
  ): Promise<void> {
    const { limits, threads, reuse } = options
    const reader = this.#reader
    const writer = new SocketWriter(reader.socket)
    const signal = this.#stop.signal
    try {
      reader.patience = limits.headerSeconds * 1000
      if (!(await greet(reader, writer, options))) return
      while ((await runTask({ reader, writer, threads, limits, signal })) && reuse);
      reader.socket.end()
    } catch (thrown) {
      if (!(thrown instanceof ConnectionClosed))
        console.error('imagehub worker: a connection failed:', thrown)
    } finally {
      this.kill()
    }
  }
}

/** To the daemon comes whoever finds its port: the other side shows the secret that Spark gave us. */
export async function greetAsDaemon(
  reader: SocketReader,
  writer: SocketWriter,
  { id, secret }: ConnectionOptions,
): Promise<boolean> {
  await writer.write(intBytes(id))
  const shown = await readText(reader, 'the secret', 10_000)
  const known = secret !== '' && timingSafeEqual(digest(shown), digest(secret))
  await writer.write(textBytes(known ? 'ok' : 'err'))
  if (!known) console.error('imagehub worker: a connection without the right secret was refused')
  return known
}

/** Without a daemon it is us who show the secret. */
export async function greetAsWorker(
  reader: SocketReader,
  writer: SocketWriter,
  { id, secret }: ConnectionOptions,
): Promise<boolean> {
  await writer.write(textBytes(secret))
  const known = (await readText(reader, "Spark's answer", 100)) === 'ok'
  if (known) await writer.write(intBytes(id))
  return known
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
