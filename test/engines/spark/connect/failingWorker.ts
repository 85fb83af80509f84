import { createServer } from 'node:net'

// In Python's place: a daemon whose tasks all fail with the text of FAILURE_TEXT, as Spark's workers report what they threw.
const int32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeInt32BE(value)
  return bytes
}
const utf8 = (text: string) => Buffer.concat([int32(Buffer.byteLength(text)), Buffer.from(text)])
const exceptionThrown = -2

const server = createServer(socket => {
  socket.on('error', () => {})
  socket.write(int32(process.pid))
  let secret = ''
  let received = Buffer.alloc(0)
  socket.on('data', chunk => {
    if (secret !== '') {
      // The first bytes of the task: what they say does not matter.
      if (!socket.writableEnded)
        socket.end(Buffer.concat([int32(exceptionThrown), utf8(process.env.FAILURE_TEXT ?? '')]))
      return
    }
    received = Buffer.concat([received, chunk])
    if (received.length < 4 || received.length < 4 + received.readInt32BE()) return
    secret = received.toString('utf8', 4, 4 + received.readInt32BE())
    socket.write(utf8('ok'))
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  if (typeof address === 'object' && address !== null) process.stdout.write(int32(address.port))
})
process.stdin.on('end', () => process.exit(0)).resume()
