import assert from 'node:assert/strict'
import { execFile, execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmod, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { gpuDiscovery, scripts } from '../../../emr/compile/scripts.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'

test('every script is one that bash can read', () => {
  for (const [name, text] of Object.entries(scripts))
    assert.doesNotThrow(() => execFileSync('bash', ['-n'], { input: text, stdio: 'pipe' }), name)
})

/** As a schedule would give it, and as one would who means harm. */
const runId = '2026-11-25T03:00:00Z $(touch harm); "`id`"'

/** A place where the step's script runs: a folder for S3, an `aws` that copies from it, a bundle whose Node says what it was given. */
async function stepScene(t: Parameters<typeof temporaryFolder>[0]) {
  const folder = await temporaryFolder(t)
  const [bucket, programs, machine, work, content] = ['bucket', 'programs', 'machine', 'work', 'content'].map(
    name => join(folder, name),
  ) as [string, string, string, string, string]
  const root = join(machine, 'mnt/imagehub')
  for (const path of [bucket, programs, machine, work, join(content, 'bin')])
    await mkdir(path, { recursive: true })
  const program = async (path: string, text: string) => {
    await writeFile(path, `#!/bin/bash\n${text}`)
    await chmod(path, 0o755)
  }
  // aws s3 cp --only-show-errors FROM TO
  await program(
    join(programs, 'aws'),
    `echo "$4" >> '${folder}/fetched'\ncp "${bucket}/\${4#s3://bucket/}" "$5"\n`,
  )
  await program(join(content, 'bin/node'), `printf '%s|' "$@"\ncat "$2"\nexit 7\n`)
  await writeFile(join(content, 'driver.mjs'), '')
  execFileSync('tar', ['-czf', join(bucket, 'bundle.tar.gz'), '-C', content, '.'])
  await writeFile(join(bucket, 'plan.json'), '{"job":"mine"}')
  await writeFile(join(folder, 'step.sh'), scripts.step)
  const sha256 = async (name: string) =>
    createHash('sha256')
      .update(await readFile(join(bucket, name)))
      .digest('hex')
  const hashes = { bundle: await sha256('bundle.tar.gz'), plan: await sha256('plan.json') }
  const run = async (change: Partial<typeof hashes> = {}) => {
    // EMR gives each step a folder of its own.
    const cwd = await mkdtemp(join(work, 'step-'))
    return await new Promise<{ code: unknown; stdout: string; stderr: string }>(resolve => {
      const { bundle, plan } = { ...hashes, ...change }
      const args = [
        join(folder, 'step.sh'),
        's3://bucket/bundle.tar.gz',
        bundle,
        's3://bucket/plan.json',
        plan,
        runId,
      ]
      const env = { PATH: `${programs}:${process.env.PATH}`, IMAGEHUB_EMR_ROOT: machine }
      execFile('bash', args, { cwd, env }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      )
    })
  }
  const fetched = async () => (await readFile(join(folder, 'fetched'), 'utf8')).trim().split('\n')
  return { run, fetched, hashes, root }
}

test('a step becomes the driver of its bundle, with its exit code, and fetches a bundle once', async t => {
  const { run, fetched, hashes, root } = await stepScene(t)
  const first = await run()
  assert.equal(first.code, 7)
  assert.equal(first.stdout, `${root}/${hashes.bundle}/driver.mjs|plan.json|${runId}|{"job":"mine"}`)
  assert.equal((await run()).code, 7)
  assert.deepEqual(await readdir(root), [hashes.bundle], 'nothing is left beside it')
  assert.deepEqual(await fetched(), [
    's3://bucket/bundle.tar.gz',
    's3://bucket/plan.json',
    's3://bucket/plan.json',
  ])
})

test('steps that begin at once share a bundle', async t => {
  const { run } = await stepScene(t)
  const ends = await Promise.all(Array.from({ length: 4 }, () => run()))
  for (const { code, stderr } of ends) assert.equal(code, 7, stderr)
})

test('a bundle or a plan that is not what was uploaded runs nothing', async t => {
  const { run } = await stepScene(t)
  for (const change of [{ bundle: '0'.repeat(64) }, { plan: '0'.repeat(64) }]) {
    const { code, stdout, stderr } = await run(change)
    assert.deepEqual([code, stdout], [3, ''])
    assert.match(stderr, /^imagehub: bundle_damaged: s3:\/\/bucket\/\S+ is not what was uploaded/)
  }
})

test("Spark is told a machine's GPUs", async t => {
  const folder = await temporaryFolder(t)
  const nvidia = join(folder, 'nvidia-smi')
  const addresses = async (printed: string) => {
    await writeFile(nvidia, `#!/bin/bash\n${printed}`)
    await chmod(nvidia, 0o755)
    const env = { PATH: `${folder}:${process.env.PATH}` }
    return JSON.parse(execFileSync('bash', { input: gpuDiscovery, env, stdio: 'pipe' }).toString()) as unknown
  }
  assert.deepEqual(await addresses('echo 0'), { name: 'gpu', addresses: ['0'] })
  assert.deepEqual(await addresses('seq 0 3'), { name: 'gpu', addresses: ['0', '1', '2', '3'] })
  await assert.rejects(addresses('exit 9'))
})
