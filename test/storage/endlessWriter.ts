import { randomInt } from 'node:crypto'
import { openStorage } from '../../storage/openStorage.ts'

// Writes objects whose bytes are all alike until it is killed: node endlessWriter.ts URI
const [uri = ''] = process.argv.slice(2)
const storage = openStorage(uri)
for (let i = 0; ; i += 1) {
  const bytes = Buffer.alloc(randomInt(1, 3_000_000), 'a'.charCodeAt(0) + (i % 26))
  const chunks = async function* () {
    for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000)
  }
  await storage.write(`replaced/${i % 3}`, chunks())
  await storage.create(`created/${process.pid}-${i}`, bytes)
  if (i === 0) console.log('writing')
}
