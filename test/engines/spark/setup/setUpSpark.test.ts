import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rm, symlink } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { setUpSpark } from '../../../../engines/spark/setup/setUpSpark.ts'
import { sparkHome } from '../../../../engines/spark/setup/sparkHome.ts'
import { runProcess } from '../../../support/commandLine.ts'
import { sparkForTests } from '../../../support/spark.ts'
import { temporaryFolder } from '../../../support/temporaryFolder.ts'
import { writeProgram } from '../../../support/writeProgram.ts'

const spark = await sparkForTests(['3.5'])
const line = '3.5'
const main = join(import.meta.dirname, '../../../../engines/spark/setup/main.ts')

test('a Spark that was not brought is missing, with what brings it', async t => {
  const cacheFolder = await temporaryFolder(t)
  await assert.rejects(sparkHome({ line, cacheFolder }), {
    code: 'spark_missing',
    message: new RegExp(cacheFolder),
    hint: /npm run spark:setup/,
  })
})

test('set-ups that are killed, or run at once, leave one whole Spark', { skip: spark.skip }, async t => {
  const cacheFolder = await temporaryFolder(t)
  const folder = join(cacheFolder, 'spark')
  const killed = spawn(process.execPath, [main, line], {
    env: { ...process.env, IMAGEHUB_CACHE: cacheFolder },
    // With its Maven, in a group of their own.
    detached: true,
    stdio: 'ignore',
  })
  const left = async (start: string) => {
    const names = existsSync(folder) ? await readdir(folder) : []
    return names.filter(name => name.startsWith(start))
  }
  while ((await left('.unfinished-')).length === 0) await sleep(10)
  process.kill(-(killed.pid ?? 0), 'SIGKILL')
  await once(killed, 'exit')
  await assert.rejects(sparkHome({ line, cacheFolder }), { code: 'spark_missing' })

  const told: string[] = []
  const onProgress = (text: string) => told.push(text)
  const homes = await Promise.all([1, 2].map(() => setUpSpark({ line, cacheFolder, onProgress })))
  assert.equal(homes[0], homes[1])
  assert.equal(await sparkHome({ line, cacheFolder }), homes[0])
  assert.equal(told.filter(text => text.includes('Maven fetches')).length, 1, told.join('\n'))
  // Both may find the lock of the dead.
  assert.ok(told.some(text => text.includes('waits')))
  assert.deepEqual((await readdir(folder)).length, 1, 'nothing but Spark is there')

  // A folder that somebody took a jar from is made anew.
  const [jar = ''] = await readdir(join(homes[0] ?? '', 'jars'))
  await rm(join(homes[0] ?? '', 'jars', jar))
  await assert.rejects(sparkHome({ line, cacheFolder }), { code: 'spark_missing' })
  await setUpSpark({ line, cacheFolder })
  await sparkHome({ line, cacheFolder })
})

test('what is missing, and what Maven says, is told in one error', { skip: spark.skip }, async t => {
  const programs = await temporaryFolder(t)
  const cacheFolder = await temporaryFolder(t)
  const setUp = (...path: readonly string[]) => {
    const { JAVA_HOME: _, ...others } = process.env
    const env = { ...others, IMAGEHUB_CACHE: cacheFolder, PATH: path.join(delimiter) }
    return runProcess(process.execPath, [main, line], { env })
  }
  const noJava = await setUp(programs)
  assert.equal(noJava.code, 2)
  assert.match(noJava.stderr, /^error: there is no java on PATH\nhint: .*Java 17/)

  await writeProgram(join(programs, 'java'), `echo 'openjdk version "17.0.1"' >&2`)
  const noMaven = await setUp(programs)
  assert.equal(noMaven.code, 2)
  assert.match(noMaven.stderr, /^error: mvn does not run\nhint: .*Maven/)

  const broken = join(programs, 'broken')
  await mkdir(broken)
  await symlink(join(programs, 'java'), join(broken, 'java'))
  await writeProgram(
    join(broken, 'mvn'),
    `case "$*" in *--version*) echo 'Apache Maven 3.9.9';; *) echo '[ERROR] no such jar'; exit 1;; esac`,
  )
  const failed = await setUp(broken)
  assert.equal(failed.code, 1)
  assert.match(failed.stderr, /error: Maven ended with code 1\n\[ERROR\] no such jar\nhint: /)
  assert.deepEqual(await readdir(join(cacheFolder, 'spark')), [], 'nothing is left half-done')
})

test('a set-up can be stopped', { skip: spark.skip }, async t => {
  const cacheFolder = await temporaryFolder(t)
  const abort = new AbortController()
  const reason = new Error('stop')
  const setUp = setUpSpark({
    line,
    cacheFolder,
    signal: abort.signal,
    onProgress: () => abort.abort(reason),
  })
  await assert.rejects(setUp, reason)
  assert.deepEqual(await readdir(join(cacheFolder, 'spark')), [])
})
