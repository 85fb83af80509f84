import assert from 'node:assert/strict'
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { convertApart } from '../../models/importers/convertApart.ts'
import { type ImportModelOptions, importModel } from '../../models/importModel.ts'
import { ModelStore } from '../../models/ModelStore.ts'
import { OnnxGraph } from '../../models/onnx/OnnxGraph.ts'
import { int64s } from '../../models/onnx/tensor.ts'
import { FileStorage } from '../../storage/fileStorage.ts'
import { temporaryFolder } from '../support/temporaryFolder.ts'
import { tinyModel } from './tinyModel.ts'

async function scene(t: TestContext, graph = tinyModel()) {
  const temporary = await temporaryFolder(t)
  const path = join(await temporaryFolder(t), 'my-model.onnx')
  await writeFile(path, graph.segments())
  const store = new ModelStore(new FileStorage(await temporaryFolder(t)))
  const options: ImportModelOptions = { id: 'tiny', store, from: { path }, temporaryFolder: temporary }
  return { store, temporary, path, options }
}

test('an imported model is in the store, says where it is from, and leaves nothing behind', async t => {
  const { store, temporary, options } = await scene(t)
  const manifest = await importModel({ ...options, facts: { licence: 'MIT' } })
  assert.equal(manifest.source, 'my-model.onnx')
  assert.equal(manifest.licence, 'MIT')
  assert.deepEqual(manifest.resize, { kernel: 'linear', fit: 'fill' })
  assert.deepEqual((await store.get('tiny')).manifest, manifest)
  assert.deepEqual(await readdir(temporary), [])

  assert.deepEqual(await importModel(options), manifest, 'importing it again changes nothing')
  const other = await scene(t, tinyModel({ factor: 2 }))
  const replaced = { ...other.options, store }
  await assert.rejects(importModel(replaced), { code: 'model_exists' })
  const after = await importModel({ ...replaced, replace: true })
  assert.notEqual(after.sha256, manifest.sha256)
})

test('an error of the importing process arrives with code, message and hint, and no model', async t => {
  const { store, temporary, options, path } = await scene(t, tinyModel({ output: 'logits' }))
  await assert.rejects(importModel(options), {
    name: 'HubError',
    code: 'model_description_needed',
    message: /logits/,
    hint: /model\.json/,
    fault: 'user',
  })
  await writeFile(path, 'damaged')
  await assert.rejects(importModel(options), { code: 'not_onnx' })
  await assert.rejects(importModel({ ...options, id: '../x' }), { code: 'bad_model_id' })
  assert.deepEqual(await readdir(temporary), [])
  assert.deepEqual(await store.list(), [])
})

test('a model that asks for more memory than there is ends in an error', async t => {
  const graph = new OnnxGraph({ name: 'greedy' })
  const image = graph.input('image', 'uint8', ['N', 2, 4, 3])
  const huge = graph.node('ConstantOfShape', [int64s(1 << 20, 1 << 20, 3)])
  const sum = graph.node('ReduceSum', [huge, int64s(0, 1)], { keepdims: 0 })
  const pixels = graph.node('ReduceMax', [graph.node('Cast', [image], { to: 1 })], {
    axes: [1, 2],
    keepdims: 0,
  })
  graph.output('embedding', graph.node('Add', [pixels, sum]), 'float32', ['N', 3])
  const { options } = await scene(t, graph)
  await assert.rejects(importModel(options), error => {
    assert(error instanceof Error && 'code' in error)
    return ['model_refused', 'inference_failed', 'model_crashed'].includes(String(error.code))
  })
})

test('a conversion that takes too long is ended, and so is one that is aborted', async t => {
  const { path, temporary } = await scene(t)
  const request = { from: { path }, to: join(temporary, 'x.onnx') }
  await assert.rejects(convertApart({ ...request, timeoutMilliseconds: 1 }), { code: 'conversion_timeout' })
  const abort = new AbortController()
  const running = convertApart({ ...request, signal: abort.signal })
  abort.abort(new Error('enough'))
  await assert.rejects(running, { message: 'enough' })
})
