import { HubLock } from '../../catalog/HubLock.ts'
import { openStorage } from '../../storage/openStorage.ts'

// Holds a lock until it is killed: node lockHolder.ts URI NAME RUN_ID
const [uri = '', name = '', runId = ''] = process.argv.slice(2)
await HubLock.acquire(openStorage(uri), name, runId)
console.log('held')
setInterval(() => {}, 1000)
