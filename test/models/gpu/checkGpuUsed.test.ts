import assert from 'node:assert/strict'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { embedWith, openInferenceSession } from '../../../models/EmbeddingSession.ts'
import { checkGpuUsed } from '../../../models/gpu/checkGpuUsed.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { noise, smallNetwork, smallNetworkInput } from '../smallNetwork.ts'

/** A profile as onnxruntime writes it, of nodes with their operator and what computed them. */
function profileOf(nodes: Readonly<Record<string, readonly [operator: string, provider: string]>>): string {
  const events = Object.entries(nodes).map(([name, [op_name, provider]]) => ({
    cat: 'Node',
    ph: 'X',
    ts: 1,
    dur: 1,
    name: `${name}_kernel_time`,
    args: { op_name, provider: `${provider}ExecutionProvider` },
  }))
  const session = { cat: 'Session', ph: 'X', ts: 0, dur: 9, name: 'model_run', args: {} }
  return JSON.stringify([session, ...events])
}

test('a real profile of a run on the CPU is refused, naming the convolutions', async t => {
  const folder = await temporaryFolder(t)
  const path = join(folder, 'model.onnx')
  await writeFile(path, smallNetwork().segments())
  const session = await openInferenceSession({ path, profile: join(folder, 'profile') })
  await using embedding = await embedWith(session, {
    input: smallNetworkInput(),
    output: { name: 'embedding', dimensions: 32 },
  })
  await embedding.run(noise(16 * 16 * 3), 1)
  session.endProfiling()
  const written = (await readdir(folder)).find(name => name.startsWith('profile'))
  const profile = await readFile(join(folder, written ?? ''), 'utf8')
  assert.throws(() => checkGpuUsed(profile), {
    code: 'gpu_not_used',
    message: /2 of 2 nodes .*Conv.* on CPUExecutionProvider/,
  })
})

test('a profile whose heavy nodes ran on CUDA is believed, whatever the light ones did', () => {
  checkGpuUsed(
    profileOf({
      transpose: ['Transpose', 'CPU'],
      to_device: ['MemcpyFromHost', 'CUDA'],
      conv1: ['FusedConv', 'CUDA'],
      gemm: ['Gemm', 'CUDA'],
      shape: ['Shape', 'CPU'],
    }),
  )
})

test('one convolution that fell back to the CPU is enough to refuse', () => {
  const profile = profileOf({ conv1: ['Conv', 'CUDA'], conv2: ['Conv', 'CPU'], relu: ['Relu', 'CUDA'] })
  assert.throws(() => checkGpuUsed(profile), {
    code: 'gpu_not_used',
    message: '1 of 2 nodes that matter did not run on the GPU: conv2 (Conv) on CPUExecutionProvider',
  })
})

test('a model without heavy nodes is judged by all of its nodes, and no node at all proves nothing', () => {
  checkGpuUsed(profileOf({ a: ['Mul', 'CUDA'], b: ['Add', 'CUDA'], c: ['Shape', 'CPU'] }))
  assert.throws(
    () => checkGpuUsed(profileOf({ a: ['Mul', 'CPU'], b: ['Add', 'CPU'], c: ['Relu', 'CUDA'] })),
    {
      code: 'gpu_not_used',
    },
  )
  assert.throws(() => checkGpuUsed(profileOf({})), { code: 'gpu_not_used', message: /no node that ran/ })
})
