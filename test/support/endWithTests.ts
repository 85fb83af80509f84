import { after } from 'node:test'
import { isMainThread } from 'node:worker_threads'

// Loaded before each test file (node --import). A file that does not end after its last test, as when one timed out and left something
// running, is ended and says what that was.
const graceSeconds = 30

// Threads and forked processes of a test file load it too.
if (isMainThread && process.argv[1]?.endsWith('.test.ts')) {
  // So that what ends with this process does.
  process.once('SIGTERM', () => process.exit(1))
  after(() => {
    const end = () => {
      const running = process.getActiveResourcesInfo().join(', ')
      console.error(`${process.argv[1]}: still running ${graceSeconds} s after its last test: ${running}`)
      process.exit(1)
    }
    setTimeout(end, graceSeconds * 1000).unref()
  })
}
