import { startSparkServer } from '../../engines/spark/server/startSparkServer.ts'

// A driver for tests that kill it: starts a server with the options it is given as JSON, says its pid, and does nothing until it is killed.
const server = await startSparkServer(JSON.parse(process.argv[2] ?? ''))
console.log(server.pid)
setInterval(() => {}, 1000)
