import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { chmod, mkdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { bundleStage } from '../../../../engines/spark/bundle/bundleStage.ts'
import { launcherText } from '../../../../engines/spark/bundle/launcherText.ts'
import { archivedLauncher, workerArchive } from '../../../../engines/spark/bundle/workerArchive.ts'
import { thisPlatform, workerPlatforms } from '../../../../engines/spark/bundle/workerPlatform.ts'
import { rowsToBatch } from '../../../../tables/batch.ts'
import { runProcess } from '../../../support/commandLine.ts'
import { temporaryFolder } from '../../../support/temporaryFolder.ts'
import { WorkerUnderTest } from '../worker/SparkSide.ts'
import { rowsOf, stageCommand } from '../worker/workerScene.ts'
import { nativeInput, nativeOutput } from './stages/native.ts'

const cacheFolder = await temporaryFolder({ after })
const archive = await workerArchive({ cacheFolder })

test('a worker runs from the unpacked archive alone, in a folder that is read-only and has an odd name', async t => {
  const folder = join(await temporaryFolder(t), 'it\'s a $HOME "folder"')
  await mkdir(join(folder, 'imagehub'), { recursive: true })
  const { path } = await archive.archive()
  const unpacked = await runProcess('tar', ['-xzf', path, '-C', join(folder, 'imagehub')])
  assert.equal(unpacked.code, 0, unpacked.stderr)
  await runProcess('chmod', ['-R', 'a-w', folder])
  t.after(() => runProcess('chmod', ['-R', 'u+w', folder]))
  const { path: bundle } = await bundleStage(new URL('./stages/native.ts', import.meta.url).href, {
    cacheFolder: await temporaryFolder(t),
  })
  // As Spark starts it: by a relative path in the folder of the job's files.
  const worker = await WorkerUnderTest.start(t, { launcher: archivedLauncher, cwd: folder })
  const result = await worker.run({
    command: stageCommand(nativeOutput, { stage: 'native', bundle, params: {} }),
    batches: [rowsToBatch(nativeInput, [{ id: 'a' }])],
  })
  const [row] = rowsOf(nativeOutput, result.batches)
  assert.equal(row?.pixels, 120)
  assert.ok(row?.backends.includes('cpu'))
})

test('the archive is the same wherever and whenever it is made, with its hash in the name', async t => {
  const other = await workerArchive({ cacheFolder: await temporaryFolder(t) })
  const [a, b] = await Promise.all([archive.archive(), other.archive()])
  assert.equal(a.name, b.name)
  assert.equal(a.sha256, b.sha256)
  assert.match(a.name, /^imagehub-worker-linux-(x64|arm64)-[0-9a-f]{16}\.tar\.gz$/)
  assert.ok((await stat(a.path)).size < 80_000_000, 'it stays small')
  const before = await stat(a.path)
  await archive.archive()
  assert.equal((await stat(a.path)).mtimeMs, before.mtimeMs, 'it is made once')
})

test('the archive holds what the platform needs, sorted, without times and owners', async () => {
  const { path } = await archive.archive()
  const { stdout } = await runProcess('tar', ['--utc', '--numeric-owner', '-tvzf', path])
  const lines = stdout.trim().split('\n')
  const names = lines.map(line => line.split(/\s+/).at(-1) ?? '')
  assert.deepEqual(names, names.toSorted())
  for (const line of lines) assert.match(line, /^-rw(-r--r--|xr-xr-x) 0\/0 +\d+ 1970-01-01 00:00 /)
  const native = names.filter(name => /\.(node|so)\b/.test(name)).map(name => name.split('/').at(-1))
  assert.equal(native.length, 4, native.join())
  assert.ok(!names.some(name => /darwin|win32|cuda|tensorrt|\.d\.ts|\.map$/.test(name)))
  for (const name of ['bin/imagehub-worker', 'bin/node', 'worker.mjs', 'thread.mjs'])
    assert.ok(names.includes(name), name)
})

test('the folder takes no second copy of what is large, where the disk can link', async () => {
  const { nlink } = await stat(join(archive.folder, 'bin/node'))
  assert.ok(nlink > 1)
  assert.ok(((await stat(archive.launcher)).mode & 0o111) !== 0)
})

test('the launcher says for which machine its archive is', async t => {
  const folder = await temporaryFolder(t)
  const [other] = workerPlatforms.filter(platform => platform !== thisPlatform())
  assert.ok(other)
  await mkdir(join(folder, 'bin'))
  const launcher = join(folder, 'bin/imagehub-worker')
  await writeFile(launcher, launcherText(other))
  await chmod(launcher, 0o755)
  const { code, stdout, stderr } = await runProcess(launcher, ['-m', 'pyspark.daemon'])
  assert.equal(code, 1)
  assert.equal(stdout, '')
  assert.match(stderr, new RegExp(`this worker archive is for ${other} .*, this machine is Linux `))
  await writeFile(launcher, launcherText(thisPlatform()))
  assert.match((await runProcess(launcher, [])).stderr, /incomplete: bin\/node is missing/)
})

test('the launcher works through a link and from a search path, and refuses what Spark does not say', async t => {
  const folder = await temporaryFolder(t)
  await symlink(archive.folder, join(folder, 'linked'))
  const started = await runProcess(join(folder, 'linked/bin/imagehub-worker'), ['--version'])
  assert.equal(started.code, 1)
  assert.match(started.stderr, /to be started by Spark, not with --version/)
  assert.equal(started.stdout, '')
})

test('an archive for a platform whose packages are not installed is refused by their name', async t => {
  const [other] = workerPlatforms.filter(platform => platform !== thisPlatform())
  const folder = await temporaryFolder(t)
  await assert.rejects(
    workerArchive({ cacheFolder: folder, ...(other === undefined ? {} : { platform: other }) }),
    {
      code: 'missing_package',
      fault: 'user',
      hint: /npm install --os=linux --cpu=/,
    },
  )
  assert.ok(!existsSync(join(folder, 'spark')))
})

test('a folder that is lost, or half made by a process that was killed, is made again', async t => {
  const folder = await temporaryFolder(t)
  const first = await workerArchive({ cacheFolder: folder })
  await rm(first.folder, { recursive: true })
  const left = `${first.folder}.killed.partial`
  await mkdir(left)
  await utimes(left, 0, 0)
  const second = await workerArchive({ cacheFolder: folder })
  assert.equal(second.folder, first.folder)
  assert.ok(!existsSync(left))
  assert.match(await readFile(second.launcher, 'utf8'), /^#!\/bin\/sh/)
})
