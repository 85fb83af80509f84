import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import type { StartSparkServerOptions } from '../../../../engines/spark/server/startSparkServer.ts'
import { sparkLines } from '../../../../engines/spark/setup/sparkLines.ts'
import { commandOf, processesWith, until } from '../../../support/processes.ts'
import { sparkForTests } from '../../../support/spark.ts'
import { startSparkCluster } from '../../../support/sparkCluster.ts'
import { type Scope, temporaryFolder } from '../../../support/temporaryFolder.ts'

const spark = await sparkForTests()
const driverModule = join(import.meta.dirname, '../../../support/sparkDriver.ts')

interface Driver {
  readonly child: ChildProcess
  /** Where its server's temporary folder is, and in the command lines of all processes of that. */
  readonly temporary: string
  /** Fulfilled with the pid of the server's JVM. */
  readonly started: Promise<number>
}

async function startDriver(
  t: Scope,
  options: Pick<StartSparkServerOptions, 'line'> & Partial<StartSparkServerOptions>,
): Promise<Driver> {
  const folder = await temporaryFolder(t)
  const temporary = join(folder, 'temporary')
  await mkdir(temporary)
  const given = { master: 'local[1]', logFile: join(folder, 'log'), temporaryFolder: temporary, ...options }
  const child = spawn(process.execPath, [driverModule, JSON.stringify(given)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  t.after(() => child.kill('SIGKILL'))
  const started = once(child.stdout, 'data').then(([data]) => Number(data))
  return { child, temporary, started }
}

/** Waits until nothing is left of a server. */
async function untilGone(driver: Driver, java: number): Promise<void> {
  await until('the server ends', () => !existsSync(`/proc/${java}`))
  await until('its temporary folder goes', () => readdirSync(driver.temporary).length === 0)
  await until('its processes end', () => serverOf(driver).length === 0)
}

/** Its processes, but for the driver. */
function serverOf({ child, temporary }: Driver): number[] {
  return processesWith(temporary).filter(pid => pid !== child.pid)
}

for (const line of sparkLines) {
  test(`a killed driver's server of Spark ${line} ends and leaves nothing`, { skip: spark.skip }, async t => {
    const driver = await startDriver(t, { line })
    const java = await driver.started
    assert.ok(serverOf(driver).includes(java))
    const keeper = parentOf(java)
    driver.child.kill('SIGKILL')
    await untilGone(driver, java)
    await until('its keeper ends', () => !existsSync(`/proc/${keeper}`))
  })
}

test('a driver that is killed while its server starts leaves nothing', { skip: spark.skip }, async t => {
  const driver = await startDriver(t, { line: '4.0' })
  driver.started.catch(() => {})
  await until('Java runs', () => serverOf(driver).some(pid => commandOf(pid).startsWith('java')))
  const [java = 0] = serverOf(driver)
  driver.child.kill('SIGKILL')
  await untilGone(driver, java)
})

test('a server whose keeper is killed ends, and its driver cleans up', { skip: spark.skip }, async t => {
  const driver = await startDriver(t, { line: '4.0' })
  const java = await driver.started
  process.kill(parentOf(java), 'SIGKILL')
  await untilGone(driver, java)
})

test('a server whose driver and keeper are killed at once ends', { skip: spark.skip }, async t => {
  const driver = await startDriver(t, { line: '4.0' })
  const java = await driver.started
  process.kill(parentOf(java), 'SIGKILL')
  driver.child.kill('SIGKILL')
  await until('the server ends', () => !existsSync(`/proc/${java}`))
})

for (const line of sparkLines) {
  test(`an application on a cluster of Spark ${line} ends with its driver`, { skip: spark.skip }, async t => {
    const cluster = await startSparkCluster(t, { line, workers: 1, memory: '700m' })
    const { master, isolation, workers } = cluster
    const driver = await startDriver(t, {
      line,
      master,
      isolation,
      conf: { 'spark.executor.memory': '600m' },
    })
    const java = await driver.started
    await until('it has an executor', () => workers[0]?.executors().length === 1)
    assert.deepEqual(await cluster.applications(), ['imagehub'])
    driver.child.kill('SIGKILL')
    await untilGone(driver, java)
    await until('its executor ends', () => workers[0]?.executors().length === 0)
    await until('the master forgets it', async () => (await cluster.applications()).length === 0)
  })
}

function parentOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')
  return Number(fields?.[1])
}
