import { spawn } from 'node:child_process'
import { createWriteStream } from 'node:fs'
import { chmod, writeFile } from 'node:fs/promises'
import { type AddressInfo, connect, createServer } from 'node:net'
import { join } from 'node:path'

/**
 * Writes a launcher that runs another one, and records into a folder what Spark sends to its workers: one file a connection. Only for
 * tests: what Spark sends begins with its secret.
 */
export async function writeRecordingLauncher(folder: string, launcher: string): Promise<string> {
  const path = join(folder, 'recording-worker')
  const words = [process.execPath, import.meta.filename, launcher, folder]
  await writeFile(path, `#!/bin/sh\nexec ${words.map(word => `'${word}'`).join(' ')} "$@"\n`)
  await chmod(path, 0o755)
  return path
}

// As a program, it stands between Spark and the worker's daemon.
if (process.argv[1] === import.meta.filename) {
  const [launcher = '', folder = '', ...args] = process.argv.slice(2)
  const child = spawn(launcher, args, { stdio: ['inherit', 'pipe', 'inherit'] })
  child.on('exit', () => process.exit())
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  child.stdout.once('data', (port: Buffer) => {
    let connections = 0
    const server = createServer({ allowHalfOpen: true }, socket => {
      const worker = connect({ port: port.readInt32BE(), host: '127.0.0.1', allowHalfOpen: true })
      const record = createWriteStream(join(folder, `connection-${++connections}.bin`))
      socket.on('data', bytes => record.write(bytes))
      socket.pipe(worker)
      worker.pipe(socket)
      for (const side of [socket, worker])
        side.on('error', () => {
          socket.destroy()
          worker.destroy()
        })
      socket.on('close', () => worker.destroy())
      worker.on('close', () => socket.destroy())
    })
    server.listen(0, '127.0.0.1', () => {
      const answer = Buffer.alloc(4)
      answer.writeInt32BE((server.address() as AddressInfo).port)
      process.stdout.write(answer)
    })
  })
}
