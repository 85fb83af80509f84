import assert from 'node:assert/strict'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { after } from 'node:test'
import { jobModule } from '../../../emr/bundle/jobModule.ts'
import { ownFolder, ownModule } from '../../../emr/bundle/ownFiles.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'

const cache = { cacheFolder: await temporaryFolder({ after }) }
const sample = join(import.meta.dirname, '../../emr-simulator/jobs/smallIngest.ts')

test('a job that comes along is in the bundle, by its name and by its file', async () => {
  assert.deepEqual(await jobModule('nightly', cache), { shipped: 'nightly' })
  assert.deepEqual(await jobModule(join(ownFolder(), ownModule('jobs/nightly')), cache), {
    shipped: 'nightly',
  })
})

test("a person's job is one file that takes this package from the bundle, and the same each time", async t => {
  const folder = await temporaryFolder(t)
  await writeFile(join(folder, 'package.json'), '{"type": "module"}')
  await mkdir(join(folder, 'jobs'))
  await writeFile(join(folder, 'jobs/words.ts'), `export const word: string = 'from beside'\n`)
  const job = join(folder, 'jobs/mine.ts')
  await writeFile(
    job,
    `import { defineJob } from 'imagehub'\nimport { word } from './words.ts'\nexport default defineJob({ name: word } as never)\n`,
  )
  await mkdir(join(folder, 'node_modules'))
  await symlink(ownFolder(), join(folder, 'node_modules/imagehub'))
  const [first, second] = [await jobModule(job, cache), await jobModule(job, cache)]
  assert.ok('bytes' in first && 'bytes' in second)
  assert.equal(first.sha256, second.sha256)
  const text = Buffer.from(first.bytes).toString()
  assert.match(text, /from ?"\.\.\/imagehub\/index\.ts"/)
  assert.match(text, /from beside/)
  assert.doesNotMatch(text, new RegExp(folder))
  await writeFile(join(folder, 'jobs/words.ts'), `export const word: string = 'another'\n`)
  const third = await jobModule(job, cache)
  assert.ok('bytes' in third && third.sha256 !== first.sha256)
})

test('a job in a checkout takes what it imports by path from the bundle, too', async () => {
  const module = await jobModule(sample, cache)
  assert.ok('bytes' in module)
  const text = Buffer.from(module.bytes).toString()
  assert.match(text, /"\.\.\/imagehub\/jobs\/ingest\.ts"/)
  assert.ok(module.bytes.length < 5000, `${module.bytes.length} bytes`)
})

test('a job that is not there, cannot be bundled, or needs native code of its own is refused', async t => {
  const folder = await temporaryFolder(t)
  const file = async (text: string) => {
    const path = join(folder, 'job.ts')
    await writeFile(path, text)
    return path
  }
  await writeFile(join(folder, 'package.json'), '{"type": "module"}')
  await assert.rejects(jobModule(join(folder, 'none.ts'), cache), { code: 'unknown_job' })
  await assert.rejects(jobModule(await file('import x from "./nowhere.ts"\nexport default x'), cache), {
    code: 'bundle_failed',
    message: /nowhere/,
  })
  await assert.rejects(jobModule(await file('import x from "@duckdb/node-api"\nexport default x'), cache), {
    code: 'unsupported_package',
    message: /@duckdb\/node-api.*the bundle for EMR/,
  })
})
