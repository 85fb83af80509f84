import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdir, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { type DownloadOptions, type DownloadProgress, download } from '../../storage/download.ts'
import { faultyServer, serve } from '../support/faultyServer.ts'
import { freePort } from '../support/s3Server.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'

const body = Uint8Array.from({ length: 300_000 }, (_, index) => Math.imul(index, 0x9e3779b1) >>> 24)
const impatient = { attempts: 4, baseMilliseconds: 1, capMilliseconds: 2, attemptTimeoutMilliseconds: 0 }

function options(folder: string, url: string): DownloadOptions {
  return { url, folder, name: 'model.h5', bytes: body.length, retry: impatient }
}

/** Counts what a download has, for a server that breaks off only then. */
function counter() {
  let bytes = 0
  return {
    received: () => bytes,
    onProgress: (progress: DownloadProgress) => {
      bytes = progress.bytes
    },
  }
}

test('a file arrives whole, with progress, and its folder goes when it is discarded', async t => {
  const folder = join(await temporaryFolder(t), 'made')
  const { url, ranges } = await faultyServer(t, (request, response) => serve(request, response, { body }))
  const seen: number[] = []
  const { path, discard } = await download({
    ...options(folder, url),
    onProgress: ({ bytes, totalBytes }) => {
      assert.equal(totalBytes, body.length)
      seen.push(bytes)
    },
  })
  assert.deepEqual(new Uint8Array(await readFile(path)), body)
  assert.deepEqual([seen[0], seen.at(-1)], [0, body.length])
  assert.deepEqual(
    seen,
    seen.toSorted((a, b) => a - b),
  )
  assert.deepEqual(ranges, [undefined])
  await discard()
  assert.deepEqual(await readdir(folder), [])
})

test('connections that break are resumed at the byte they reached', async t => {
  const { received, onProgress } = counter()
  const { url, ranges } = await faultyServer(t, (request, response, nth) =>
    serve(request, response, { body, received, ...(nth < 3 && { cutAfter: 80_000 }) }),
  )
  const { path } = await download({ ...options(await temporaryFolder(t), url), onProgress })
  assert.deepEqual(new Uint8Array(await readFile(path)), body)
  assert.deepEqual(ranges, [undefined, 'bytes=80000-', 'bytes=160000-', 'bytes=240000-'])
})

test('a server that ignores ranges, or has another version meanwhile, is read from the start', async t => {
  const changed = body.map(value => value ^ 0xff)
  for (const [second, expected] of [
    [{ body, ignoreRange: true }, body],
    [{ body: changed, etag: '"v2"' }, changed],
  ] as const) {
    const { url } = await faultyServer(t, (request, response, nth) =>
      serve(request, response, nth === 0 ? { body, cutAfter: 100_000 } : second),
    )
    const { path } = await download(options(await temporaryFolder(t), url))
    assert.deepEqual(new Uint8Array(await readFile(path)), expected)
  }
})

test('busy servers and stalled connections are tried again', async t => {
  const { url, ranges } = await faultyServer(t, (request, response, nth) => {
    if (nth === 0) response.writeHead(503).end()
    else if (nth === 1)
      response.writeHead(200, { etag: '"v1"', 'content-length': body.length }).write(body.subarray(0, 9))
    else serve(request, response, { body })
  })
  const { path } = await download({ ...options(await temporaryFolder(t), url), stallMilliseconds: 2000 })
  assert.deepEqual(new Uint8Array(await readFile(path)), body)
  assert.deepEqual(ranges, [undefined, undefined, 'bytes=9-'])
})

test('a download that gives up keeps what it has, and the next one goes on from there', async t => {
  const folder = await temporaryFolder(t)
  const { received, onProgress } = counter()
  const { url, ranges } = await faultyServer(t, (request, response, nth) =>
    nth === 0 || nth > 3
      ? serve(request, response, { body, received, ...(nth === 0 && { cutAfter: 1000 }) })
      : response.destroy(),
  )
  await assert.rejects(download({ ...options(folder, url), onProgress }), {
    code: 'download_failed',
    message: /4 attempts/,
    hint: /goes on/,
  })
  const [partial] = await readdir(folder)
  assert.match(partial ?? '', /^model\.h5\.partial-0-/)
  assert.equal(ranges.length, 4)
  const { path } = await download(options(folder, url))
  assert.deepEqual(new Uint8Array(await readFile(path)), body)
  assert.equal(ranges.at(-1), 'bytes=1000-')
})

test('what a killed process left is taken over; what a running one writes is not', async t => {
  const folder = await temporaryFolder(t)
  const { received, onProgress } = counter()
  const { url, ranges } = await faultyServer(t, (request, response, nth) =>
    serve(request, response, { body, received, ...(nth === 0 && { cutAfter: 5000 }) }),
  )
  const once = { ...options(folder, url), onProgress, retry: { ...impatient, attempts: 1 } }
  await assert.rejects(download(once), { code: 'download_failed' })
  const [released] = await readdir(folder)
  const running = join(folder, `model.h5.partial-${process.ppid}-00000000`)
  await rename(join(folder, released ?? ''), running)
  const afresh = await download(options(folder, url))
  assert.equal(ranges.at(-1), undefined)
  await afresh.discard()

  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
  await new Promise(resolve => child.once('exit', resolve))
  await rename(running, join(folder, `model.h5.partial-${child.pid}-00000000`))
  const { path } = await download(options(folder, url))
  assert.equal(ranges.at(-1), 'bytes=5000-')
  assert.deepEqual(new Uint8Array(await readFile(path)), body)
})

test('two downloads of one file at once do not disturb each other', async t => {
  const folder = await temporaryFolder(t)
  const { url } = await faultyServer(t, (request, response) => serve(request, response, { body }))
  const paths = await Promise.all([1, 2, 3].map(() => download(options(folder, url))))
  assert.equal(new Set(paths.map(({ path }) => path)).size, 3)
  for (const { path } of paths) assert.deepEqual(new Uint8Array(await readFile(path)), body)
})

test('a file that is absent, forbidden, of another size or endless is refused at once and nothing is kept', async t => {
  const folder = await temporaryFolder(t)
  for (const [behaviour, code, message] of [
    [404, 'download_refused', /404/],
    [403, 'download_refused', /403/],
    [body.length - 1, 'wrong_size', /299999 bytes, expected 300000/],
    ['endless', 'too_many_bytes', /more than the 300000 allowed/],
  ] as const) {
    const { url, ranges } = await faultyServer(t, (request, response) => {
      if (behaviour === 'endless') {
        response.writeHead(200)
        const more = () => response.write(body, error => error ?? more())
        more()
      } else if (behaviour < 500) response.writeHead(behaviour).end()
      else serve(request, response, { body: body.subarray(0, behaviour) })
    })
    await assert.rejects(download(options(folder, url)), { code, message })
    assert.equal(ranges.length, 1)
    assert.deepEqual(await readdir(folder), [])
  }
  for (const url of ['file:///etc/passwd', 'nonsense', '']) {
    await assert.rejects(download(options(folder, url)), { code: 'bad_url' })
  }
})

test('a server that nobody reaches is told apart from one that fails', async t => {
  const folder = await temporaryFolder(t)
  // No such name ever exists (RFC 6761, 6.4).
  for (const url of [`http://127.0.0.1:${await freePort()}/file`, 'http://nowhere.invalid/file'])
    await assert.rejects(download(options(folder, url)), {
      code: 'network_unreachable',
      message: /cannot be reached.*4 attempts/,
    })
})

test('a web page in place of the file is refused', async t => {
  const folder = await temporaryFolder(t)
  const { url, ranges } = await faultyServer(t, (_, response) =>
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end('<html>log in'),
  )
  await assert.rejects(download(options(folder, url)), { code: 'download_refused', message: /web page/ })
  assert.equal(ranges.length, 1)
})

test('a body that comes compressed though it was not asked for is undone, and never resumed', async t => {
  const text = Buffer.from('line\n'.repeat(20_000))
  const packed = gzipSync(text)
  const { url, ranges } = await faultyServer(t, (_, response, nth) => {
    response.writeHead(200, { etag: '"v1"', 'content-encoding': 'gzip', 'content-length': packed.length })
    if (nth > 0) response.end(packed)
    else {
      response.write(packed.subarray(0, packed.length / 2))
      setTimeout(() => response.destroy(), 50)
    }
  })
  const { path } = await download({ ...options(await temporaryFolder(t), url), bytes: text.length })
  assert.deepEqual(await readFile(path), text)
  assert.deepEqual(ranges, [undefined, undefined])
})

test('an aborted download stops at once and can be resumed', async t => {
  const folder = await temporaryFolder(t)
  const { url } = await faultyServer(t, (_, response) => {
    response.writeHead(200, { etag: '"v1"', 'content-length': body.length }).write(body.subarray(0, 10))
  })
  const abort = new AbortController()
  const running = download({
    ...options(folder, url),
    stallMilliseconds: 60_000,
    signal: abort.signal,
    onProgress: ({ bytes }) => bytes > 0 && abort.abort(new Error('enough')),
  })
  await assert.rejects(running, { message: 'enough' })
  assert.equal((await readdir(folder)).length, 1)
})

test('a folder that cannot be written is an error of the file system, not of the network', async t => {
  const folder = await temporaryFolder(t)
  const { url, ranges } = await faultyServer(t, (request, response) => {
    serve(request, response, { body })
  })
  const blocked = join(folder, 'blocked')
  await mkdir(join(blocked, 'model.h5.partial-0-00000000', 'body'), { recursive: true })
  await assert.rejects(download(options(blocked, url)), { code: 'not_a_file', message: /body/ })
  assert.equal(ranges.length, 1)
})
