import assert from 'node:assert/strict'
import { appendFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { LogReader, startedPort, tellingLines } from '../../../../engines/spark/server/LogReader.ts'
import { temporaryFolder } from '../../../support/temporaryFolder.ts'

test('what is written from now on is read once, in whole lines', async t => {
  const path = join(await temporaryFolder(t), 'log')
  await writeFile(path, 'of another server\n')
  const reader = await LogReader.open(path)
  assert.deepEqual(await reader.news(), [])
  await appendFile(path, 'one\ntw')
  assert.deepEqual(await reader.news(), ['one'])
  await appendFile(path, 'o\nthree\n')
  assert.deepEqual(await reader.news(), ['two', 'three'])
  assert.equal(await reader.tail(), 'one\ntwo\nthree')
})

test('the port is that of the Connect server, however it writes its address', () => {
  const lines = [
    "Utils: Successfully started service 'sparkDriver' on port 41000.",
    '2026 INFO SparkConnectServer: Spark Connect server started at: 0:0:0:0:0:0:0:0%0:40607',
  ]
  assert.equal(startedPort(lines.slice(0, 1)), undefined)
  assert.equal(startedPort(lines), 40_607)
  assert.equal(startedPort(['SparkConnectServer: Spark Connect server started at: 127.0.0.1:5']), 5)
})

test('of a log the errors are told, and its end, not the stacks', () => {
  const frames = Array.from({ length: 500 }, (_, number) => `\tat org.apache.spark.Frame${number}`)
  const quiet = Array.from({ length: 50 }, (_, number) => `INFO ends part ${number}`)
  const log = ['INFO starts', 'ERROR java.net.BindException: in use', ...frames, '\t... 3 more', ...quiet]
  const told = tellingLines(log.join('\n')).split('\n')
  assert.deepEqual(told, ['ERROR java.net.BindException: in use', ...quiet.slice(-8)])
})
