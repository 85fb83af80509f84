import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { test } from 'node:test'
import { cpu, cudaDevice } from '../../../models/ExecutionDevice.ts'
import { openGpuSession } from '../../../models/gpu/openGpuSession.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { smallNetwork, smallNetworkInput } from '../smallNetwork.ts'

const manifest = { input: smallNetworkInput(), output: { name: 'embedding', dimensions: 32 } }

test('a session that computes on the CPU is not handed out as one on a GPU', async t => {
  const path = join(await temporaryFolder(t), 'model.onnx')
  await writeFile(path, smallNetwork().segments())
  await assert.rejects(openGpuSession({ path, manifest, device: cpu }), { code: 'gpu_not_used' })
})

const packageFolder = dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json'))
const hasCuda = globSync('bin/**/*_providers_cuda*', { cwd: packageFolder }).length > 0

test('without the CUDA part of onnxruntime a GPU is not to be had, which is said', {
  skip: hasCuda && 'it is there',
}, async t => {
  const path = join(await temporaryFolder(t), 'model.onnx')
  await writeFile(path, smallNetwork().segments())
  await assert.rejects(openGpuSession({ path, manifest, device: cudaDevice('1') }), {
    code: 'gpu_unavailable',
    message: /GPU 1/,
  })
})

test('the address of a GPU is its number', () => {
  assert.deepEqual(cudaDevice('3'), { kind: 'cuda', id: 3 })
  assert.deepEqual(cudaDevice(), { kind: 'cuda', id: 0 })
  for (const address of ['', '-1', 'GPU-5f8a', '1.5'])
    assert.throws(() => cudaDevice(address), { code: 'bad_gpu_address' })
})
