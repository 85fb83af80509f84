import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { openSpark } from '../../../engines/spark/openSpark.ts'
import { quick, sparkForTests } from '../../support/spark.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'

const { skip } = await sparkForTests(['4.0'])

test('who stops an opening when the server has just come up gets the reason, and soon', { skip }, async t => {
  for (const milliseconds of [0, 600]) {
    const folder = await temporaryFolder(t)
    const logFile = join(folder, 'spark.log')
    const stop = new AbortController()
    const reason = new Error('enough')
    const opening = openSpark(
      { master: 'local[1]', logFile, cacheFolder: folder, server: { javaOptions: quick } },
      stop.signal,
    )
    const refused = assert.rejects(opening, reason)
    while (!existsSync(logFile) || !/server started at/.test(readFileSync(logFile, 'utf8'))) await sleep(5)
    await sleep(milliseconds)
    const began = performance.now()
    stop.abort(reason)
    await refused
    assert.ok(performance.now() - began < 20_000)
  }
})
