import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, open, readFile, rename, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { CreateBucketCommand, PutBucketPolicyCommand, S3Client } from '@aws-sdk/client-s3'
import { defaultCacheFolder } from '../../storage/defaultCacheFolder.ts'
import type { S3Credentials, S3Options } from '../../storage/s3Options.ts'
import { endWithUs } from './endWithUs.ts'

const version = 'v1.8.0'
const module = 'github.com/versity/versitygw/cmd/versitygw'

/** A real S3 server (versitygw) on 127.0.0.1 that keeps its objects as files. */
export interface S3Server {
  readonly endpoint: string
  readonly region: string
  readonly credentials: S3Credentials
  /** What `openStorage` and colleagues need to reach it. */
  readonly options: S3Options
  /** The same as environment variables, for commands run as child processes. */
  readonly environment: Readonly<Record<string, string>>
  /** Makes a bucket with a fresh name; a public one may be listed and read without credentials. */
  createBucket(settings?: { readonly public?: boolean }): Promise<string>
  /** The folder behind a bucket: a file made in it is an object at once (without an etag), which is fast for thousands of them. */
  bucketFolder(bucket: string): string
  /** Ends the process (`SIGKILL` for a crash); the objects stay. */
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Starts it again on the same port with the same objects. */
  restart(): Promise<void>
  /** Ends the process and removes the objects. */
  close(): Promise<void>
}

/** `skip` is what node:test wants: false, or why there is no server. Then `server` throws. */
export interface S3ForTests {
  readonly skip: string | false
  readonly server: S3Server
}

/**
 * Starts one server for the test file that calls this at its top level, and ends it after the file's last test:
 *
 *     const s3 = await s3ForTests()
 *     test('…', { skip: s3.skip }, async () => {
 *       const storage = openStorage(`s3://${await s3.server.createBucket()}/hub`, s3.server.options)
 *
 * The server is built once by `go install` into IMAGEHUB_CACHE (by default ~/.cache/imagehub). Without Go the tests are skipped, saying
 * so; with CI=true that is an error.
 */
export async function s3ForTests(): Promise<S3ForTests> {
  const program = await versitygw().catch((error: Error) => error)
  if (program instanceof Error) {
    const skip = `no S3 server: ${program.message}`
    if (process.env.CI === 'true') throw new Error(skip, { cause: program })
    console.error(`skipping tests with S3: ${program.message}`)
    return {
      skip,
      get server(): S3Server {
        throw new Error(skip)
      },
    }
  }
  const server = await startS3Server(program)
  after(() => server.close())
  return { skip: false, server }
}

/** Starts a server of its own; `program` comes from `versitygw()`. The caller closes it. */
export async function startS3Server(program: string): Promise<S3Server> {
  const folder = await mkdtemp(join(tmpdir(), 'imagehub-s3-'))
  const objects = join(folder, 'objects')
  const metadata = join(folder, 'metadata')
  await Promise.all([mkdir(objects), mkdir(metadata)])
  const port = await freePort()
  const endpoint = `http://127.0.0.1:${port}`
  const region = 'us-east-1'
  const credentials = { accessKeyId: 'imagehub-test', secretAccessKey: randomBytes(16).toString('hex') }
  const options = { endpoint, region, credentials }
  const admin = new S3Client({ ...options, forcePathStyle: true })
  let child: ChildProcess | undefined

  const start = async () => {
    const args = ['--port', `127.0.0.1:${port}`, '--region', region, '--quiet', '--keep-alive']
    child = endWithUs(
      spawn(program, [...args, '--health', '/health', 'posix', '--sidecar', metadata, objects], {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: {
          ...process.env,
          ROOT_ACCESS_KEY: credentials.accessKeyId,
          ROOT_SECRET_KEY: credentials.secretAccessKey,
        },
      }),
    )
    await untilHealthy(`${endpoint}/health`, child)
  }
  const stop = async (signal: NodeJS.Signals = 'SIGTERM') => {
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise(resolve => child?.once('exit', resolve))
    child.kill(signal)
    // It waits for open connections to end, which a test need not.
    const timer = setTimeout(() => child?.kill('SIGKILL'), 1000)
    await ended
    clearTimeout(timer)
  }
  await start()

  return {
    endpoint,
    region,
    credentials,
    options,
    environment: {
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    },
    async createBucket(settings = {}) {
      const bucket = `test-${randomBytes(6).toString('hex')}`
      await admin.send(new CreateBucketCommand({ Bucket: bucket }))
      if (settings.public) {
        await admin.send(new PutBucketPolicyCommand({ Bucket: bucket, Policy: publicPolicy(bucket) }))
      }
      return bucket
    },
    bucketFolder: bucket => join(objects, bucket),
    stop,
    restart: async () => {
      await stop()
      await start()
    },
    async close() {
      admin.destroy()
      await stop('SIGKILL')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

function publicPolicy(bucket: string): string {
  const Resource = [`arn:aws:s3:::${bucket}`, `arn:aws:s3:::${bucket}/*`]
  const Action = ['s3:GetObject', 's3:ListBucket']
  return JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: '*', Action, Resource }],
  })
}

async function untilHealthy(url: string, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 1200; tries += 1) {
    const healthy = await fetch(url).then(
      answer => answer.ok,
      () => false,
    )
    if (healthy) return
    if (child.exitCode !== null) throw new Error(`versitygw ended with exit code ${child.exitCode}`)
    await sleep(50)
  }
  throw new Error('versitygw did not become ready within a minute')
}

/** The path of the server's program, built if it is not there yet; other processes that ask meanwhile wait. */
export async function versitygw(): Promise<string> {
  const folder = join(defaultCacheFolder(), 'bin', `versitygw-${version}`)
  const program = join(folder, 'versitygw')
  const lock = `${folder}.lock`
  await mkdir(join(folder, '..'), { recursive: true })
  for (;;) {
    if (existsSync(program)) return program
    const handle = await open(lock, 'wx').catch(() => undefined)
    if (handle === undefined) {
      await removeStaleLock(lock)
      await sleep(200)
      continue
    }
    try {
      await handle.writeFile(String(process.pid))
      if (!existsSync(program)) await build(folder)
    } finally {
      await handle.close()
      await rm(lock, { force: true })
    }
  }
}

async function build(folder: string): Promise<void> {
  const unfinished = `${folder}.building`
  console.error(`building the S3 server for tests (${module} ${version}), once, about a minute`)
  try {
    await promisify(execFile)('go', ['install', `${module}@${version}`], {
      cwd: tmpdir(),
      env: { ...process.env, GOBIN: unfinished },
      timeout: 9 * 60 * 1000,
    })
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    const absent = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    throw new Error(absent ? 'Go is not installed' : `go install of ${module} failed: ${error}`, {
      cause: error,
    })
  }
  await rm(folder, { recursive: true, force: true })
  await rename(unfinished, folder)
}

/** A lock whose process is gone is left over from a test run that was killed. */
async function removeStaleLock(lock: string): Promise<void> {
  const pid = Number(await readFile(lock, 'utf8').catch(() => ''))
  if (!(pid > 0)) return
  try {
    process.kill(pid, 0)
  } catch {
    await rm(lock, { force: true })
  }
}

/** A TCP port of 127.0.0.1 that nobody listens on now. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}
