import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test, { type TestContext } from 'node:test'
import { ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3'
import { HubError } from '../../base/HubError.ts'
import { openStorage } from '../../storage/openStorage.ts'
import { openOriginReader } from '../../storage/originReader.ts'
import type { S3Options } from '../../storage/s3Options.ts'
import { impatient, startFaultProxy } from '../support/faultProxy.ts'
import { s3ForTests } from '../support/s3Server.ts'

const s3 = await s3ForTests()
const skip = s3.skip

/** A storage behind a proxy, and one that reaches the same objects unharmed. */
async function setUp(t: TestContext, more: S3Options = {}) {
  const proxy = await startFaultProxy(s3.server.endpoint)
  const bucket = await s3.server.createBucket()
  const options = {
    ...s3.server.options,
    endpoint: proxy.endpoint,
    retry: impatient,
    ...more,
  }
  const storage = openStorage(`s3://${bucket}/hub`, options)
  const direct = openStorage(`s3://${bucket}/hub`, s3.server.options)
  t.after(async () => {
    await Promise.all([storage.close(), direct.close()])
    await proxy.close()
  })
  return { proxy, bucket, storage, direct, options }
}

const hubError = (code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof HubError, String(error))
  assert.equal(error.code, code, error.message)
  assert.match(error.message, message)
  const everything = `${error.message} ${error.hint} ${JSON.stringify(error)} ${String(error.cause)} ${error.stack}`
  assert.ok(!everything.includes(s3.server.credentials.secretAccessKey), 'no secret in an error')
  return true
}

async function unfinishedUploads(bucket: string): Promise<number> {
  const client = new S3Client({ ...s3.server.options, forcePathStyle: true })
  const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }))
  client.destroy()
  return Uploads.length
}

async function* chunksOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 1_000_000) yield bytes.subarray(at, at + 1_000_000)
}

test('SlowDown and 500 are tried again; when they stay, the error says how often', { skip }, async t => {
  const { proxy, storage } = await setUp(t)
  proxy.add({ fault: { kind: 'answer', status: 503, code: 'SlowDown' }, times: 3 })
  await storage.write('k', 'v')
  proxy.add({ fault: { kind: 'answer', status: 500, code: 'InternalError' }, method: 'GET', times: 4 })
  assert.equal(Buffer.from(await storage.read('k')).toString(), 'v')
  proxy.add({ fault: { kind: 'answer', status: 503, code: 'SlowDown' } })
  await assert.rejects(storage.read('k'), hubError('storage_unavailable', /hub\/k.*SlowDown.*5 attempts/))
  await assert.rejects(Array.fromAsync(storage.list()), hubError('storage_unavailable', /cannot list/))
})

test('403 is not tried again and names bucket and key', { skip }, async t => {
  const { proxy, storage, bucket } = await setUp(t)
  proxy.add({ fault: { kind: 'answer', status: 403, code: 'AccessDenied' } })
  await assert.rejects(storage.read('k'), hubError('access_denied', new RegExp(`s3://${bucket}/hub/k`)))
  assert.equal(proxy.requests.length, 1)
  await assert.rejects(storage.stat('k'), hubError('access_denied', /access denied/))
  await assert.rejects(storage.write('k', ''), hubError('access_denied', /cannot write/))
  await assert.rejects(storage.create('k', ''), hubError('access_denied', /cannot create/))
})

test('wrong, expired and missing credentials each say what to set', { skip }, async t => {
  const { proxy, bucket, storage } = await setUp(t)
  const wrong = { accessKeyId: s3.server.credentials.accessKeyId, secretAccessKey: 'wrong-and-secret' }
  const stranger = openStorage(`s3://${bucket}`, { ...s3.server.options, credentials: wrong })
  await assert.rejects(stranger.read('k'), error => {
    assert.ok(!JSON.stringify([error, String(error)]).includes('wrong-and-secret'))
    return hubError('credentials_rejected', /SignatureDoesNotMatch/)(error)
  })
  proxy.add({ fault: { kind: 'answer', status: 400, code: 'ExpiredToken' } })
  await assert.rejects(storage.read('k'), hubError('credentials_rejected', /ExpiredToken/))
  const nobody = openStorage(`s3://${bucket}`, { endpoint: s3.server.endpoint, anonymous: true })
  await assert.rejects(nobody.read('k'), hubError('access_denied', /access denied/))
  await Promise.all([stranger.close(), nobody.close()])
})

test('without credentials the error says how to give them', { skip }, async t => {
  const none = {
    AWS_EC2_METADATA_DISABLED: 'true',
    AWS_SHARED_CREDENTIALS_FILE: '/none',
    AWS_CONFIG_FILE: '/none',
  }
  const saved = { ...process.env }
  for (const name of Object.keys(saved)) if (name.startsWith('AWS_')) delete process.env[name]
  Object.assign(process.env, none)
  t.after(() => {
    for (const name of Object.keys(none)) delete process.env[name]
    Object.assign(process.env, saved)
  })
  const storage = openStorage('s3://some-bucket', { endpoint: s3.server.endpoint })
  await assert.rejects(storage.read('k'), error => {
    assert.match((error as HubError).hint ?? '', /AWS_ACCESS_KEY_ID.*AWS_PROFILE.*anonymous/)
    return hubError('credentials_missing', /no AWS credentials/)(error)
  })
})

test('a missing bucket is told from a missing object', { skip }, async t => {
  const { storage } = await setUp(t)
  const absent = openStorage('s3://no-such-bucket/hub', s3.server.options)
  t.after(() => absent.close())
  for (const call of [() => absent.stat('k'), () => absent.read('k'), () => absent.write('k', '')]) {
    await assert.rejects(call, hubError('bucket_not_found', /no bucket no-such-bucket/))
  }
  await assert.rejects(Array.fromAsync(absent.list()), hubError('bucket_not_found', /no-such-bucket/))
  assert.equal(await storage.stat('k'), null)
  assert.deepEqual(await Array.fromAsync(storage.list()), [])
})

test('a body cut short goes on at the byte reached, of the same version', { skip }, async t => {
  const { proxy, storage, direct } = await setUp(t)
  const bytes = randomBytes(3_000_000)
  await direct.write('k', bytes)
  for (const reset of [false, true]) {
    proxy.add({ fault: { kind: 'cut', afterBytes: 700_000, reset }, method: 'GET', times: 3 })
    const from = proxy.requests.length
    assert.ok(bytes.equals(await storage.read('k')))
    const ranges = proxy.requests.slice(from).map(request => request.range)
    assert.equal(ranges.length, 4)
    assert.equal(ranges[0], undefined)
    if (!reset) assert.deepEqual(ranges.slice(1), ['bytes=700000-', 'bytes=1400000-', 'bytes=2100000-'])
  }
  proxy.add({ fault: { kind: 'cut', afterBytes: 100_000 }, method: 'GET', times: 2 })
  const range = { start: 1_000_000, end: 1_900_000 }
  const stream = await storage.openRead('k', { range })
  assert.ok(Buffer.concat(await Array.fromAsync(stream)).equals(bytes.subarray(range.start, range.end)))
})

test('a body that never gets on is given up after the attempts allowed', { skip }, async t => {
  const { proxy, storage, direct } = await setUp(t)
  await direct.write('k', randomBytes(500_000))
  proxy.add({ fault: { kind: 'cut', afterBytes: 10 }, method: 'GET' })
  await assert.rejects(storage.read('k'), hubError('body_cut_short', /5 attempts/))
  assert.equal(proxy.requests.length, 5)
})

test('a stalled body is noticed after the idle time and resumed', { skip }, async t => {
  const retry = { ...impatient, attempts: 3 }
  const { proxy, storage, direct } = await setUp(t, { idleMilliseconds: 1000, retry })
  const bytes = randomBytes(1_000_000)
  await direct.write('k', bytes)
  proxy.add({ fault: { kind: 'stall', afterBytes: 600_000 }, method: 'GET', times: 1 })
  const started = performance.now()
  assert.ok(bytes.equals(await storage.read('k')))
  assert.ok(performance.now() - started > 900)
  assert.equal(proxy.requests.at(-1)?.range, 'bytes=600000-')
  proxy.add({ fault: { kind: 'stall', afterBytes: -1 }, method: 'GET' })
  await assert.rejects(storage.read('k'), hubError('storage_timeout', /3 attempts/))
})

test('an object replaced between two connections is never mixed', { skip }, async t => {
  const { proxy, storage, direct } = await setUp(t)
  const [old, fresh] = [randomBytes(900_000), randomBytes(900_000)]
  await direct.write('k', old)
  proxy.add({ fault: { kind: 'cut', afterBytes: 300_000 }, method: 'GET', times: 1 })
  const stream = await storage.openRead('k')
  await direct.write('k', fresh)
  await assert.rejects(async () => Array.fromAsync(stream), hubError('object_changed', /changed/))
  await direct.write('k', old)
  proxy.add({ fault: { kind: 'cut', afterBytes: 300_000 }, method: 'GET', times: 1 })
  // Replaced in between: while it is replaced, this server (not S3 itself) pairs the bytes of one version with the etag of the other.
  proxy.add({ fault: { kind: 'hold', until: () => direct.write('k', fresh) }, method: 'GET', times: 1 })
  assert.ok(fresh.equals(await storage.read('k')), 'a whole read starts again')
  assert.deepEqual(
    proxy.requests.filter(({ method }) => method === 'GET').map(({ range, fault }) => [range, fault]),
    [
      [undefined, 'cut'],
      ['bytes=300000-', undefined],
      [undefined, 'cut'],
      ['bytes=300000-', 'hold'],
      [undefined, undefined],
    ],
  )
})

test('a create whose answer was lost still knows whether it won', { skip }, async t => {
  const { proxy, storage, direct } = await setUp(t)
  proxy.add({ fault: { kind: 'loseAnswer' }, method: 'PUT', times: 1 })
  assert.equal(await storage.create('mine', 'same bytes'), true)
  assert.equal(await storage.create('mine', 'same bytes'), false)
  await direct.create('theirs', 'same bytes')
  proxy.add({ fault: { kind: 'loseAnswer' }, method: 'PUT', times: 2 })
  assert.equal(await storage.create('theirs', 'same bytes'), false)
  proxy.add({
    fault: { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' },
    method: 'PUT',
    times: 2,
  })
  assert.equal(await storage.create('late', 'x'), true)
})

test('racing creators behind a network that loses answers have one winner', { skip }, async t => {
  const { proxy, storage, direct } = await setUp(t, { retry: { ...impatient, attempts: 50 } })
  proxy.add({ fault: { kind: 'loseAnswer' }, method: 'PUT', probability: 0.5 })
  for (let round = 0; round < 4; round += 1) {
    const wins = await Promise.all(Array.from({ length: 32 }, (_, i) => storage.create(`${round}`, `${i}`)))
    assert.equal(wins.filter(Boolean).length, 1)
    assert.equal(Buffer.from(await direct.read(`${round}`)).toString(), `${wins.indexOf(true)}`)
  }
})

test('a large write survives lost and refused parts, and a lost completion', { skip }, async t => {
  const { proxy, storage, direct, bucket } = await setUp(t)
  const bytes = randomBytes(26_000_000)
  proxy.add({ fault: { kind: 'answer', status: 503, code: 'SlowDown' }, url: /partNumber=2/, times: 2 })
  proxy.add({ fault: { kind: 'loseAnswer' }, url: /partNumber=3/, times: 1 })
  proxy.add({ fault: { kind: 'loseAnswer' }, method: 'POST', url: /uploadId=/, times: 1 })
  await storage.write('large', chunksOf(bytes))
  assert.ok(bytes.equals(await direct.read('large')))
  assert.equal(await unfinishedUploads(bucket), 0)
})

test('a large write that fails or is aborted leaves no object and no parts', { skip }, async t => {
  const { proxy, storage, direct, bucket } = await setUp(t)
  const bytes = randomBytes(26_000_000)
  proxy.add({ fault: { kind: 'answer', status: 403, code: 'AccessDenied' }, url: /partNumber=2/, times: 1 })
  await assert.rejects(storage.write('large', chunksOf(bytes)), hubError('access_denied', /cannot write/))
  const completion = {
    fault: { kind: 'answer', status: 503, code: 'SlowDown' },
    method: 'POST',
    url: /uploadId=/,
  } as const
  const repair = proxy.add(completion)
  await assert.rejects(storage.write('large', chunksOf(bytes)), hubError('storage_unavailable', /5 attempts/))
  repair()
  const resume = proxy.add({ fault: { kind: 'stall', afterBytes: -1 }, url: /partNumber=2/ })
  const writing = storage.write('large', chunksOf(bytes), { signal: AbortSignal.timeout(300) })
  await assert.rejects(writing, { name: 'TimeoutError' })
  assert.equal(await unfinishedUploads(bucket), 0)
  resume()
  // While the request that begins the upload is under way.
  for (let milliseconds = 0; milliseconds <= 40; milliseconds += 5) {
    const signal = AbortSignal.timeout(milliseconds)
    await assert.rejects(storage.write('large', chunksOf(bytes), { signal }), { name: 'TimeoutError' })
  }
  assert.equal(await unfinishedUploads(bucket), 0)
  assert.equal(await direct.stat('large'), null)
})

test('an outage that ends in time is outlived, a longer one is an error', { skip }, async t => {
  const { proxy, storage, direct } = await setUp(t)
  for (let i = 0; i < 10; i += 1) await direct.write(`photos/${i}`, `photo ${i}`)
  proxy.add({ fault: { kind: 'refuse' }, times: impatient.attempts - 1 })
  assert.equal((await Array.fromAsync(storage.list())).length, 10)
  await proxy.close()
  const { options } = await setUp(t)
  const gone = openStorage('s3://some-bucket', { ...options, endpoint: proxy.endpoint })
  await assert.rejects(gone.stat('k'), hubError('storage_unavailable', /127\.0\.0\.1.*ECONNREFUSED/))
})

test('the server may be killed and come back within one read', { skip }, async t => {
  // 25 s in the mean: a busy machine may take long to start a server.
  const patient = { ...impatient, attempts: 1000, baseMilliseconds: 50, capMilliseconds: 50 }
  const storage = openStorage(`s3://${await s3.server.createBucket()}`, {
    ...s3.server.options,
    retry: patient,
  })
  t.after(() => storage.close())
  const bytes = randomBytes(8_000_000)
  await storage.write('k', bytes)
  const chunks: Uint8Array[] = []
  let restarting: Promise<void> | undefined
  for await (const chunk of await storage.openRead('k')) {
    chunks.push(chunk)
    restarting ??= s3.server.stop('SIGKILL').then(() => s3.server.restart())
  }
  await restarting
  assert.ok(Buffer.concat(chunks).equals(bytes))
})

test('reading an origin takes one request, and connections are used again', { skip }, async t => {
  const { proxy, storage, direct, options } = await setUp(t)
  for (let i = 0; i < 20; i += 1) await direct.write(`${i}.jpg`, randomBytes(100_000))
  const reader = openOriginReader(options)
  t.after(() => reader.close())
  for (let i = 0; i < 20; i += 1) await reader.read(storage.uri(`${i}.jpg`), { maxBytes: 100_000 })
  assert.equal(proxy.requests.length, 20)
  assert.equal(proxy.connections(), 1)
  await assert.rejects(
    reader.read(storage.uri('1.jpg'), { maxBytes: 99_999 }),
    hubError('too_many_bytes', /99999/),
  )
})

test('a public bucket is listed and read without credentials', { skip }, async t => {
  const bucket = await s3.server.createBucket({ public: true })
  const owner = openStorage(`s3://${bucket}`, s3.server.options)
  await owner.write('validation/1.jpg', 'photo')
  const visitor = openStorage(`s3://${bucket}`, { endpoint: s3.server.endpoint, anonymous: true })
  t.after(() => Promise.all([owner.close(), visitor.close()]))
  assert.deepEqual(
    (await Array.fromAsync(visitor.list())).map(o => o.key),
    ['validation/1.jpg'],
  )
  assert.equal(Buffer.from(await visitor.read('validation/1.jpg')).toString(), 'photo')
  await assert.rejects(visitor.write('mine', ''), hubError('access_denied', /access denied/))
})
