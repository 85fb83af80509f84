import assert from 'node:assert/strict'
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { linkSync, symlinkSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import test from 'node:test'
import { promisify } from 'node:util'
import { HubError } from '../../base/HubError.ts'
import { openStorage } from '../../storage/openStorage.ts'
import { openOriginReader } from '../../storage/originReader.ts'
import type { Storage } from '../../storage/Storage.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

const keysOf = async (storage: Storage) => (await Array.fromAsync(storage.list())).map(o => o.key).sort()

/** Runs statements with `storage` of a folder in another process, as another user or in another namespace; gives the error's code. */
function codeElsewhere(
  folder: string,
  statements: string,
  how: { uid?: number; prefix?: string[] } = {},
): string {
  const program = `
    import { openStorage } from '${join(import.meta.dirname, '../../storage/openStorage.ts')}'
    const storage = openStorage(${JSON.stringify(folder)})
    try { ${statements}; console.log('done') } catch (error) { console.log(error.code) }`
  const [command = '', ...args] = [
    ...(how.prefix ?? []),
    process.execPath,
    '--input-type=module-typescript',
    '-e',
    program,
  ]
  const child = spawnSync(command, args, { encoding: 'utf8', ...(how.uid !== undefined && { uid: how.uid }) })
  return child.stdout.trim() || child.stderr
}

test('6,000 links to a few photos are 6,000 objects, readable each', async t => {
  const folder = await temporaryFolder(t)
  const photos = join(await temporaryFolder(t), 'photos')
  await mkdir(photos)
  for (let i = 0; i < 5; i += 1) await writeFile(join(photos, `${i}.jpg`), `photo ${i}`)
  for (let i = 0; i < 20; i += 1) await mkdir(join(folder, `${i}`))
  for (let i = 0; i < 6000; i += 1) {
    const make = i % 2 === 0 ? symlinkSync : linkSync
    make(join(photos, `${i % 5}.jpg`), join(folder, `${i % 20}`, `${i}.jpg`))
  }
  const storage = openStorage(folder)
  const objects = await Array.fromAsync(storage.list())
  assert.equal(new Set(objects.map(o => o.key)).size, 6000)
  assert.ok(objects.every(o => o.bytes === 7 && o.etag === null))
  const reader = openOriginReader()
  assert.equal(Buffer.from(await reader.read(storage.uri('3/1003.jpg'))).toString(), 'photo 3')
})

test('links to folders are followed out of the root but never in circles', async t => {
  const folder = await temporaryFolder(t)
  const elsewhere = await temporaryFolder(t)
  await mkdir(join(folder, 'a/b'), { recursive: true })
  await writeFile(join(folder, 'a/b/1'), '')
  await writeFile(join(elsewhere, '2'), '')
  await symlink('..', join(folder, 'a/up'))
  await symlink('.', join(folder, 'self'))
  await symlink(join(folder, 'a'), join(folder, 'again'))
  await symlink('/', join(folder, 'everything'))
  await symlink(elsewhere, join(folder, 'out'))
  await symlink(elsewhere, join(elsewhere, 'loop'))
  await symlink(folder, join(elsewhere, 'back'))
  assert.deepEqual(await keysOf(openStorage(folder)), ['a/b/1', 'out/2'])
})

test('a link that leads nowhere and a name that is no UTF-8 are listed, so that they are missed', async t => {
  const folder = await temporaryFolder(t)
  await symlink('/no/such/photo.jpg', join(folder, 'broken.jpg'))
  await symlink('circle', join(folder, 'circle'))
  await writeFile(Buffer.concat([Buffer.from(`${folder}/latin-1-`), Buffer.from([0xe9])]), 'x')
  assert.deepEqual(await keysOf(openStorage(folder)), ['broken.jpg', 'circle', 'latin-1-\uFFFD'])
  const reader = openOriginReader()
  await assert.rejects(reader.read(openStorage(folder).uri('broken.jpg')), { code: 'not_found' })
  await assert.rejects(reader.read(openStorage(folder).uri('circle')), { code: 'not_found' })
})

test('pipes, sockets, devices and folders are refused without waiting', { timeout: 60_000 }, async t => {
  const folder = await temporaryFolder(t)
  execFileSync('mkfifo', [join(folder, 'pipe.jpg')])
  const server = createServer().listen(join(folder, 'socket.jpg'))
  t.after(() => server.close())
  await mkdir(join(folder, 'folder.jpg'))
  await writeFile(join(folder, 'photo.jpg'), 'photo')
  const storage = openStorage(folder)
  const reader = openOriginReader()
  const origins = ['pipe.jpg', 'socket.jpg', 'folder.jpg'].map(key => storage.uri(key))
  for (const origin of [...origins, 'file:///dev/zero', 'file:///dev/tty']) {
    await assert.rejects(reader.read(origin, { maxBytes: 1000 }), error => {
      assert.ok(
        error instanceof HubError && ['not_a_file', 'storage_failed'].includes(error.code),
        String(error),
      )
      return true
    })
  }
  assert.equal(await storage.stat('pipe.jpg'), null)
  assert.deepEqual(await keysOf(storage), ['photo.jpg'])
})

test('a missing root and a root that is a file are errors, a missing prefix is empty', async t => {
  const folder = await temporaryFolder(t)
  const missing = openStorage(join(folder, 'missing'))
  await assert.rejects(Array.fromAsync(missing.list()), {
    code: 'not_found',
    fault: 'user',
    message: /missing/,
  })
  assert.deepEqual(await Array.fromAsync(missing.list({ prefix: 'runs/' })), [])
  await writeFile(join(folder, 'file'), '')
  await assert.rejects(Array.fromAsync(openStorage(join(folder, 'file')).list()), { code: 'not_a_folder' })
  await assert.rejects(openStorage(join(folder, 'file')).write('k', ''), { code: 'not_a_folder' })
})

test('permission denied names the path', async t => {
  const folder = await temporaryFolder(t)
  await chmod(folder, 0o755)
  await writeFile(join(folder, 'secret.jpg'), 'x')
  await chmod(join(folder, 'secret.jpg'), 0)
  const root = process.getuid?.() === 0
  const as = root ? { uid: 65534 } : {}
  if (codeElsewhere(folder, '', as) !== 'done') return t.skip('another user cannot run this Node')
  if (!root) await chmod(folder, 0o555)
  else await chown(folder, 0, 0)
  assert.equal(codeElsewhere(folder, `await storage.read('secret.jpg')`, as), 'access_denied')
  assert.equal(codeElsewhere(folder, `await storage.write('new', 'x')`, as), 'access_denied')
  assert.equal(codeElsewhere(folder, `await storage.create('new', 'x')`, as), 'access_denied')
  await chmod(folder, 0o755)
})

test('a full disk is storage_full, and leaves neither a part nor a temporary file', async t => {
  const folder = await temporaryFolder(t)
  const mount = `mount -t tmpfs -o size=256k none ${folder} && exec "$@"`
  const prefix = ['unshare', '--map-root-user', '--mount', 'sh', '-c', mount, 'sh']
  if (codeElsewhere(folder, '', { prefix }) !== 'done')
    return t.skip('mounting a small file system is not allowed')
  const statements = `
    await storage.write('kept', 'old')
    const fails = []
    const large = Buffer.alloc(1_000_000)
    for (const call of [() => storage.write('kept', large), () => storage.create('new', large)])
      await call().catch(error => fails.push(error.code))
    const names = (await import('node:fs')).readdirSync(${JSON.stringify(folder)})
    console.log(fails, names, Buffer.from(await storage.read('kept')).toString())`
  assert.equal(
    codeElsewhere(folder, statements, { prefix }),
    "[ 'storage_full', 'storage_full' ] [ 'kept' ] old\ndone",
  )
})

test('a file that is replaced while it is streamed is read as it was', async t => {
  const storage = openStorage(await temporaryFolder(t))
  const old = Buffer.alloc(3_000_000, 'o')
  await storage.write('k', old)
  const stream = await storage.openRead('k')
  await storage.write('k', Buffer.alloc(3_000_000, 'n'))
  assert.ok(Buffer.concat(await Array.fromAsync(stream)).equals(old))
})

test('temporary files of a killed writer are not listed', async t => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, '.imagehub-tmp-0'), '')
  await writeFile(join(folder, 'k'), '')
  assert.deepEqual(await keysOf(openStorage(folder)), ['k'])
  assert.equal((await readdir(folder)).length, 2)
})

test('putFile copies across file systems', async t => {
  const storage = openStorage(await temporaryFolder(t))
  const other = `/dev/shm/imagehub-test-${process.pid}`
  const written = await writeFile(other, 'from memory').then(
    () => true,
    () => false,
  )
  if (!written) return t.skip('there is no /dev/shm to write to')
  t.after(() => promisify(execFile)('rm', ['-f', other]))
  await storage.putFile('k', other)
  assert.equal(Buffer.from(await storage.read('k')).toString(), 'from memory')
})

test('where no folder can be made, a write says so at once', {
  skip: process.platform !== 'linux',
  timeout: 60_000,
}, async () => {
  await assert.rejects(openStorage('/proc/imagehub/deep').write('a/b', 'x'), {
    code: 'not_found',
    fault: 'user',
  })
})
