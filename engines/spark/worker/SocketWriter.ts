import type { Socket } from 'node:net'
import { HubError } from '../../../base/HubError.ts'
import { ConnectionClosed } from './ByteSource.ts'

/** Writes to a connection no faster than the other side reads. */
export class SocketWriter {
  /** Milliseconds that the other side may take nothing; 0 waits for ever. */
  patience = 0
  readonly #socket: Socket

  constructor(socket: Socket) {
    this.#socket = socket
  }

  /** @throws ConnectionClosed; HubError `silent_peer` */
  async write(bytes: Uint8Array): Promise<void> {
    const socket = this.#socket
    if (socket.destroyed || !socket.writable) throw new ConnectionClosed('Spark closed the connection')
    if (socket.write(bytes)) return
    await new Promise<void>((resolve, reject) => {
      const settle = (deliver: () => void) => () => {
        clearTimeout(timer)
        socket.off('drain', onDrain)
        socket.off('close', onClose)
        deliver()
      }
      const onDrain = settle(resolve)
      const onClose = settle(() => reject(new ConnectionClosed('Spark closed the connection')))
      const onSilence = settle(() => reject(silentPeer(this.patience)))
      const timer = this.patience > 0 ? setTimeout(onSilence, this.patience) : undefined
      socket.on('drain', onDrain)
      socket.on('close', onClose)
    })
  }
}

function silentPeer(milliseconds: number): HubError {
  return new HubError({
    code: 'silent_peer',
    message: `Spark took none of a task's output for ${milliseconds / 1000} s`,
    hint: 'look for what the executor waits for',
  })
}
