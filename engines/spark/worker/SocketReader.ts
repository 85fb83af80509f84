import { Socket, type SocketConstructorOpts } from 'node:net'
import { HubError } from '../../../base/HubError.ts'
import { type ByteSource, ConnectionClosed } from './ByteSource.ts'

/** What is read ahead of a wish, so that small reads cost no system call each. */
const blockBytes = 64 * 1024

interface Wish {
  readonly target: Uint8Array
  filled: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

/**
 * Reads an accepted connection piece by piece. What is wished for and large comes from the system straight into its place: nothing is
 * copied but the first few kilobytes. Unasked, at most two blocks are read ahead; then the other side has to wait.
 */
export class SocketReader implements ByteSource {
  readonly socket: Socket
  /** Milliseconds that a read may wait for the next byte; 0 waits for ever. */
  patience = 0
  #wish: Wish | undefined
  #block = Buffer.allocUnsafeSlow(blockBytes)
  #used = 0
  #unread: Buffer[] = []
  #unreadBytes = 0
  #intoWish = false
  #reading = true
  #draining = false
  #closed: Error | undefined
  #timer: NodeJS.Timeout | undefined

  /** @param accepted a connection that nothing was read from (`pauseOnConnect`), which this takes over */
  constructor(accepted: Socket) {
    // Node gives accepted connections no way to say where to read into, but takes a connection's handle over into a socket that does.
    const handle: unknown = Reflect.get(accepted, '_handle')
    Reflect.set(accepted, '_handle', null)
    const options: SocketConstructorOpts = {
      handle: handle as NonNullable<SocketConstructorOpts['handle']>,
      readable: true,
      writable: true,
      onread: {
        buffer: () => this.#nextBuffer(),
        callback: (bytes: number) => this.#onBytes(bytes),
      },
    }
    this.socket = new Socket(options)
    const end = () => this.#end(new ConnectionClosed('Spark closed the connection'))
    this.socket.on('end', end)
    this.socket.on('close', end)
    this.socket.on('error', cause => this.#end(new ConnectionClosed(cause.message, { cause })))
    this.socket.resume()
  }

  /** Whether nothing is read because nobody asks: then the end of the connection goes unnoticed. */
  get waitsForWish(): boolean {
    return this.#closed === undefined && !this.#reading
  }

  async read(length: number): Promise<Buffer> {
    const target = Buffer.allocUnsafeSlow(length)
    await this.readInto(target)
    return target
  }

  async readInto(target: Uint8Array): Promise<void> {
    if (this.#wish !== undefined) throw new Error('one read at a time')
    await new Promise<void>((resolve, reject) => {
      this.#wish = { target, filled: 0, resolve, reject }
      this.#serve()
      if (this.#wish === undefined) return
      if (this.#closed !== undefined) return this.#fail(this.#closed)
      this.#timer = this.patience > 0 ? setTimeout(() => this.#giveUp(), this.patience) : undefined
      if (!this.#reading) this.socket.resume()
      this.#reading = true
    })
  }

  /** Reads and forgets all that comes until the other side closes, for so many milliseconds at most. Nothing else is read after it. */
  async drain(milliseconds: number): Promise<void> {
    this.#draining = true
    this.#fail(new ConnectionClosed('nothing more is read'))
    this.#unread = []
    if (this.#closed !== undefined) return
    await new Promise<void>(resolve => {
      const timer = setTimeout(resolve, milliseconds)
      this.socket.once('close', () => {
        clearTimeout(timer)
        resolve()
      })
      if (!this.#reading) this.socket.resume()
      this.#reading = true
    })
  }

  #nextBuffer(): Uint8Array {
    if (this.#draining) return this.#block
    this.#intoWish = this.#wish !== undefined
    if (this.#wish !== undefined) return this.#wish.target.subarray(this.#wish.filled)
    if (this.#unreadBytes === 0) this.#used = 0
    if (this.#used === this.#block.length) {
      this.#block = Buffer.allocUnsafeSlow(blockBytes)
      this.#used = 0
    }
    return this.#block.subarray(this.#used)
  }

  /** @returns whether to read on */
  #onBytes(bytes: number): boolean {
    if (this.#draining) return true
    this.#timer?.refresh()
    if (this.#intoWish) {
      if (this.#wish !== undefined) this.#wish.filled += bytes
    } else {
      this.#unread.push(this.#block.subarray(this.#used, this.#used + bytes))
      this.#used += bytes
      this.#unreadBytes += bytes
    }
    this.#serve()
    this.#reading = this.#wish !== undefined || this.#unreadBytes < blockBytes
    return this.#reading
  }

  /** Moves what was read ahead to where it is wished, and fulfils the wish that is complete. */
  #serve(): void {
    const wish = this.#wish
    if (wish === undefined) return
    while (wish.filled < wish.target.length) {
      const [first] = this.#unread
      if (first === undefined) return
      const part = first.subarray(0, wish.target.length - wish.filled)
      wish.target.set(part, wish.filled)
      wish.filled += part.length
      this.#unreadBytes -= part.length
      if (part.length === first.length) this.#unread.shift()
      else this.#unread[0] = first.subarray(part.length)
    }
    this.#settle()
    wish.resolve()
  }

  #giveUp(): void {
    this.#end(
      new HubError({
        code: 'silent_peer',
        message: `Spark sent nothing for ${this.patience / 1000} s in the middle of a task`,
        hint: 'look for what the executor waits for; where rows may take longer to come, raise IMAGEHUB_WORKER_SILENCE_SECONDS by spark.executorEnv',
      }),
    )
  }

  #end(reason: Error): void {
    this.#closed ??= reason
    this.#fail(this.#closed)
  }

  #fail(error: Error): void {
    const wish = this.#wish
    this.#settle()
    wish?.reject(error)
  }

  #settle(): void {
    this.#wish = undefined
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
