import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { cudaArchive, cudaFiles } from '../../../emr/bundle/cudaFiles.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'

/** As wheels lie when they are unpacked. */
const wheels = [
  'onnxruntime/capi/libonnxruntime_providers_shared.so',
  'onnxruntime/capi/libonnxruntime_providers_cuda.so',
  'onnxruntime/capi/libonnxruntime_providers_tensorrt.so',
  'onnxruntime/capi/onnxruntime_pybind11_state.so',
  'nvidia/cublas/lib/libcublasLt.so.12',
  'nvidia/cublas/lib/libcublas.so.12',
  'nvidia/curand/lib/libcurand.so.10',
  'nvidia/cufft/lib/libcufft.so.11',
  'nvidia/cuda_runtime/lib/libcudart.so.12',
  'nvidia/cudnn/lib/libcudnn.so.9',
  'nvidia/cudnn/lib/libcudnn_graph.so.9',
  'nvidia/cudnn/include/cudnn.h',
]

async function unpacked(t: Parameters<typeof temporaryFolder>[0], names: readonly string[]) {
  const folder = await temporaryFolder(t)
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), name)
  }
  return folder
}

test("onnxruntime's part goes into the bundle, the libraries into an archive of their own", async t => {
  const folder = await unpacked(t, wheels)
  const files = await cudaFiles(folder)
  assert.deepEqual(
    files.providers.map(file => file.slice(folder.length + 1)),
    wheels.slice(0, 2),
  )
  const archive = await cudaArchive(files, { cacheFolder: join(folder, 'cache') })
  const names = execFileSync('tar', ['-tzf', archive.path]).toString().trim().split('\n')
  assert.deepEqual(names, [
    'lib/libcublas.so.12',
    'lib/libcublasLt.so.12',
    'lib/libcudart.so.12',
    'lib/libcudnn.so.9',
    'lib/libcudnn_graph.so.9',
    'lib/libcufft.so.11',
    'lib/libcurand.so.10',
  ])
})

test('what is missing is named before anything is uploaded', async t => {
  const folder = await unpacked(t, wheels.slice(0, 7))
  await assert.rejects(cudaFiles(folder), {
    code: 'cuda_missing',
    message: /has no libcufft\.so\.11, libcudart\.so\.12, libcudnn\.so\.9$/,
  })
  await assert.rejects(cudaFiles(join(folder, 'nowhere')), { code: 'cuda_missing' })
})
