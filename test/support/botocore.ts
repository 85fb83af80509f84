import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { toError } from '../../base/HubError.ts'
import { defaultCacheFolder } from '../../storage/defaultCacheFolder.ts'

/** All that is installed, so that what it says depends on no day. */
const packages = [
  'botocore==1.44.5',
  'jmespath==1.0.1',
  'python-dateutil==2.9.0.post0',
  'six==1.17.0',
  'urllib3==2.5.0',
]

/** A request as AWS's own SDK for Python is to check it. */
export interface BotocoreRequest {
  readonly service: 'emr' | 'scheduler'
  readonly operation: string
  readonly parameters: unknown
}

/** `skip` is what node:test wants: false, or why there is no botocore. Then `check` throws. */
export interface Botocore {
  readonly skip: string | false
  /** For each request what is wrong with it by the service's model; empty where nothing is. */
  check(requests: readonly BotocoreRequest[]): string[]
}

/**
 * botocore of one version in a virtual environment of its own, made once in the cache folder, which takes Python 3 and the network. Without them the
 * tests are skipped, saying so; with CI=true that is an error.
 */
export async function botocoreForTests(): Promise<Botocore> {
  try {
    const python = await environment()
    return { skip: false, check: requests => check(python, requests) }
  } catch (thrown) {
    const skip = `no botocore: ${toError(thrown).message.split('\n')[0]}`
    if (process.env.CI === 'true') throw new Error(skip, { cause: thrown })
    console.error(`skipping tests with botocore: ${skip}`)
    return {
      skip,
      check() {
        throw new Error(skip)
      },
    }
  }
}

async function environment(): Promise<string> {
  const folder = join(defaultCacheFolder(), packages[0]?.replace('==', '-') ?? '')
  const python = join(folder, 'bin/python')
  if (existsSync(python)) return python
  // Under another name until it is whole: several tests may make it at once, and any may be stopped.
  const unfinished = `${folder}-${process.pid}`
  await mkdir(dirname(folder), { recursive: true })
  try {
    execFileSync('python3', ['-m', 'venv', unfinished], { stdio: 'pipe' })
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-deps', ...packages]
    execFileSync(join(unfinished, 'bin/python'), pip, { stdio: 'pipe', timeout: 240_000 })
    await rename(unfinished, folder).catch(thrown => {
      if (!existsSync(python)) throw thrown
    })
    return python
  } finally {
    await rm(unfinished, { recursive: true, force: true })
  }
}

const program = join(import.meta.dirname, 'botocoreCheck.py')

function check(python: string, requests: readonly BotocoreRequest[]): string[] {
  const { status, stdout, stderr, error } = spawnSync(python, ['-I', program], {
    input: JSON.stringify(requests),
    encoding: 'utf8',
    timeout: 120_000,
  })
  if (status !== 0) throw new Error(`botocore could not be asked: ${error?.message ?? stderr}`)
  return JSON.parse(stdout) as string[]
}
