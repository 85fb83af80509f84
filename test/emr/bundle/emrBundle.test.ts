import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import { bundleEntries } from '../../../emr/bundle/bundleEntries.ts'
import { emrBundle } from '../../../emr/bundle/emrBundle.ts'
import { defaultCacheFolder } from '../../../storage/defaultCacheFolder.ts'
import { sha256OfFile } from '../../../storage/sha256OfFile.ts'
import { runProcess } from '../../support/commandLine.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'

const cacheFolder = defaultCacheFolder()

test('the bundle is below 120 MB, and its driver runs by what is in it alone', async t => {
  const bundle = await emrBundle({ cacheFolder })
  assert.ok(bundle.bytes < 120e6, `${bundle.bytes} bytes`)
  assert.equal(await sha256OfFile(bundle.path), bundle.sha256)
  const folder = await temporaryFolder(t)
  execFileSync('tar', ['-xzf', bundle.path, '-C', folder])
  await writeFile(join(folder, 'plan.json'), '{"format": 2}')
  const { code, stderr } = await runProcess(
    join(folder, 'bin/node'),
    [join(folder, 'driver.mjs'), 'plan.json', 'run'],
    { cwd: folder, env: { PATH: '/usr/bin:/bin', HOME: folder } },
  )
  assert.equal(code, 1)
  assert.match(stderr, /^imagehub-error: \{"code":"bad_plan"/)
})

test("onnxruntime's CUDA part lies beside its binding", async t => {
  const folder = await temporaryFolder(t)
  await mkdir(join(folder, 'cuda'))
  const provider = join(folder, 'cuda/libonnxruntime_providers_cuda.so')
  await writeFile(provider, 'not really')
  const names = (await bundleEntries([provider])).map(({ name }) => name)
  const beside = 'node_modules/onnxruntime-node/bin/napi-v6/linux/x64'
  assert.ok(names.includes(`${beside}/libonnxruntime_providers_cuda.so`))
  assert.ok(names.includes(`${beside}/onnxruntime_binding.node`))
  assert.deepEqual(
    names.filter(name => /\/(test|bench|examples)\//.test(name) && name.startsWith('imagehub/')),
    [],
  )
})
