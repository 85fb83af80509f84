import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readdirSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { sparkForTests, startTestSpark } from '../../../support/spark.ts'
import { temporaryFolder } from '../../../support/temporaryFolder.ts'

const spark = await sparkForTests()

/** A server that accepts connections and says nothing, as far as Spark can tell. */
async function silentServer(t: { after(end: () => unknown): void }): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => sockets.add(socket.on('error', () => {})))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  const address = server.address()
  return typeof address === 'object' ? (address?.port ?? 0) : 0
}

test('a master that accepts connections but no application is told, Spark 4.0', {
  skip: spark.skip,
}, async t => {
  const temporary = await temporaryFolder(t)
  const master = `spark://127.0.0.1:${await silentServer(t)}`
  const began = performance.now()
  await assert.rejects(startTestSpark(t, { line: '4.0', master, temporaryFolder: temporary }), {
    code: 'master_unreachable',
    message: /accepts connections but no application/,
    hint: /is it Spark 4\.0\.1, not 3\.5\.7\?/,
  })
  // Spark tries three times for 20 s.
  t.diagnostic(`after ${Math.round((performance.now() - began) / 1000)} s`)
  assert.deepEqual(readdirSync(temporary), [])
})
