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

/** A machine that a bootstrap action runs on: its programs write down what they were asked, and files lie below a folder. */
async function machineScene(
  t: Parameters<typeof temporaryFolder>[0],
  programs: Readonly<Record<string, string>>,
) {
  const folder = await temporaryFolder(t)
  const [root, path] = [join(folder, 'machine'), join(folder, 'programs')]
  await mkdir(path)
  await mkdir(join(root, 'usr/local/bin'), { recursive: true })
  await mkdir(join(root, 'mnt/var/lib/info'), { recursive: true })
  for (const [name, text] of Object.entries(programs)) {
    await writeFile(join(path, name), `#!/bin/bash\necho "${name} $*" >> '${folder}/asked'\n${text}\n`)
    await chmod(join(path, name), 0o755)
  }
  const run = (script: string, ...args: string[]) =>
    new Promise<{ code: unknown; stdout: string; stderr: string }>(resolve => {
      const env = { PATH: `${path}:/usr/bin:/bin`, IMAGEHUB_EMR_ROOT: root }
      const child = execFile('bash', ['-s', ...args], { env }, (error, stdout, stderr) =>
        resolve({ code: error?.code ?? 0, stdout, stderr }),
      )
      child.stdin?.end(script)
    })
  const asked = async () => (await readFile(join(folder, 'asked'), 'utf8')).trim().split('\n')
  return { folder, root, run, asked }
}

/** As on EMR, where the user may do all; but what would change this machine is only written down. */
const sudo =
  'case "$1" in mount|iptables|ip6tables|dnf) "$@" ;; *) [[ "$*" == *cgroup* ]] || exec "$@" ;; esac'

test('a machine with a GPU gets CUDA, the mount that YARN isolates by, and the script that tells Spark', async t => {
  const { folder, root, run, asked } = await machineScene(t, {
    sudo,
    mount: '',
    mountpoint: 'exit 1',
    'nvidia-smi': 'echo 0',
    // aws s3 cp --only-show-errors FROM TO
    aws: `cp "$BUCKET/\${4#s3://bucket/}" "$5"`,
  })
  await mkdir(join(folder, 'lib'))
  await writeFile(join(folder, 'lib/libcudnn.so.9'), 'library')
  execFileSync('tar', ['-czf', join(folder, 'cuda.tar.gz'), '-C', folder, 'lib'])
  const sha256 = createHash('sha256')
    .update(await readFile(join(folder, 'cuda.tar.gz')))
    .digest('hex')
  const script = `export BUCKET='${folder}'\n${scripts.gpu}`
  const first = await run(script, 's3://bucket/cuda.tar.gz', sha256)
  assert.deepEqual([first.code, first.stdout], [0, '0\n'], first.stderr)
  assert.equal(
    await readFile(join(root, 'mnt/imagehub/cuda', sha256, 'lib/libcudnn.so.9'), 'utf8'),
    'library',
  )
  assert.equal(await readFile(join(root, 'usr/local/bin/imagehub-gpus'), 'utf8'), gpuDiscovery)
  assert.ok(
    (await asked()).includes('mount -t cgroup -o devices cgroupv1-devices /spark-rapids-cgroup/devices'),
  )
  const damaged = await run(script, 's3://bucket/cuda.tar.gz', '0'.repeat(64))
  assert.equal(damaged.code, 3)
  assert.match(damaged.stderr, /bundle_damaged: s3:\/\/bucket\/cuda\.tar\.gz/)
})

test('the primary machine needs no GPU, a worker does', async t => {
  const { root, run } = await machineScene(t, { sudo, mount: '' })
  const instance = join(root, 'mnt/var/lib/info/instance.json')
  await writeFile(instance, '{"isMaster": true}')
  assert.equal((await run(scripts.gpu)).code, 0)
  await writeFile(instance, '{"isMaster": false}')
  const worker = await run(scripts.gpu)
  assert.equal(worker.code, 4)
  assert.match(worker.stderr, /gpu_missing/)
})

test('the port of the Connect server is closed once, to all but the machine itself', async t => {
  // -C tells whether there is such a rule.
  const tables = `rules=$0.rules; [[ $1 == -C ]] && { grep -qxF -- "\${*:2}" "$rules" 2> /dev/null; exit; }; echo "\${*:2}" >> "$rules"`
  const { run, asked } = await machineScene(t, { sudo, iptables: tables, ip6tables: tables })
  for (let times = 0; times < 2; times++) assert.equal((await run(scripts.firewall)).code, 0)
  const rule = 'INPUT -p tcp --dport 15002 ! -i lo -j DROP'
  const inserted = (await asked()).filter(line => /^ip6?tables -I/.test(line))
  assert.deepEqual(inserted, [`iptables -I ${rule}`, `ip6tables -I ${rule}`])
})
