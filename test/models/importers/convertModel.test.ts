import assert from 'node:assert/strict'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { HubError } from '../../../base/HubError.ts'
import { convertModel } from '../../../models/importers/convertModel.ts'
import type { ModelDescription } from '../../../models/importers/onnxFile.ts'
import { OnnxGraph } from '../../../models/onnx/OnnxGraph.ts'
import { ProtobufMessage } from '../../../models/onnx/protobuf.ts'
import { scanOnnx } from '../../../models/onnx/scanOnnx.ts'
import { sharedFolder } from '../../support/shared.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { type TinyModelOptions, tinyModel } from '../tinyModel.ts'

async function convert(folder: string, model: OnnxGraph | Uint8Array, description?: ModelDescription) {
  const [path, to] = [join(folder, 'model.onnx'), join(folder, 'converted.onnx')]
  await writeFile(path, model instanceof OnnxGraph ? model.segments() : model)
  return convertModel({ from: { path }, to, ...(description && { description }) })
}

const uint8 = { mean: [0, 0, 0], scale: [1, 1, 1] }

test('a uint8 NHWC model with an output named embedding needs no description', async t => {
  const folder = await temporaryFolder(t)
  const model = tinyModel()
  assert.deepEqual(await convert(folder, model), {
    input: { name: 'image', height: 2, width: 4, layout: 'nhwc', dtype: 'uint8', channels: 'rgb', ...uint8 },
    output: { name: 'embedding', dimensions: 3 },
    source: 'model.onnx',
  })
  assert.deepEqual(await readFile(join(folder, 'converted.onnx')), Buffer.from(model.toBytes()))
})

test('a model that leaves things open takes them from a JSON file beside it, and options beat the file', async t => {
  const folder = await temporaryFolder(t)
  const model: TinyModelOptions = { layout: 'nchw', dtype: 'float32', output: 'features' }
  await assert.rejects(convert(folder, tinyModel(model)), {
    code: 'model_description_needed',
    message: /mean and scale/,
  })
  const said = {
    input: { mean: [127.5, 127.5, 127.5], scale: [0.1, 0.1, 0.1], channels: 'bgr' },
    output: { name: 'features' },
    licence: 'MIT',
  }
  await writeFile(join(folder, 'model.json'), JSON.stringify(said))
  const found = await convert(folder, tinyModel(model), { input: { channels: 'rgb' }, notes: 'weak' })
  assert.deepEqual(found, {
    input: {
      ...said.input,
      name: 'image',
      height: 2,
      width: 4,
      layout: 'nchw',
      dtype: 'float32',
      channels: 'rgb',
    },
    output: { name: 'features', dimensions: 3 },
    source: 'model.onnx',
    licence: 'MIT',
    notes: 'weak',
  })
})

test('a description that is no JSON, has unknown fields or contradicts the model is refused, naming the field', async t => {
  const folder = await temporaryFolder(t)
  const beside = join(folder, 'model.json')
  for (const [text, code, message] of [
    ['{', 'bad_model_description', /model\.json/],
    ['{"input": {"height": "big"}}', 'bad_model_description', /input\.height/],
    ['{"colour": 1}', 'bad_model_description', /colour/],
    ['{"input": {"height": 224}}', 'model_description_wrong', /height 224.*\[N, 2, 4, 3\]/],
    ['{"input": {"scale": [1, 1, 2]}}', 'model_description_wrong', /uint8/],
    ['{"output": {"name": "features"}}', 'model_description_wrong', /no output features/],
  ] as const) {
    await writeFile(beside, text)
    await assert.rejects(convert(folder, tinyModel()), { code, message }, text)
  }
})

test('a model that cannot embed images is refused with the reason', async t => {
  const folder = await temporaryFolder(t)
  const twoInputs = tinyModel()
  twoInputs.input('other', 'float32', [1])
  await assert.rejects(convert(folder, twoInputs), {
    code: 'unsupported_model',
    message: /2 inputs \(image, other\)/,
  })

  const flat = new OnnxGraph({ name: 'flat' })
  flat.output('embedding', flat.node('Identity', [flat.input('x', 'float32', ['N', 3])]), 'float32', ['N', 3])
  await assert.rejects(convert(folder, flat), { code: 'unsupported_model', message: /x is float32 \[N, 3\]/ })

  await assert.rejects(convert(folder, tinyModel({ output: 'logits' })), {
    code: 'model_description_needed',
    message: /outputs logits, none of them named embedding/,
  })
  await assert.rejects(convert(folder, tinyModel({ factor: Number.NaN })), {
    code: 'not_finite',
    message: /NaN/,
  })

  const unknown = new OnnxGraph({ name: 'unknown' })
  const image = unknown.input('image', 'uint8', ['N', 2, 4, 3])
  unknown.output('embedding', unknown.node('Levitate', [image]), 'float32', ['N', 3])
  await assert.rejects(convert(folder, unknown), { code: 'model_refused', message: /Levitate/ })
})

/** A whole model with a tensor that keeps its data in another file, written field by field: graph, initializer, external_data. */
function withExternalData(location: string): Uint8Array {
  const entry = new ProtobufMessage().string(1, 'location').string(2, location)
  const external = new ProtobufMessage().varint(2, 1).string(8, 'weights').message(13, entry).varint(14, 1)
  const graph = new ProtobufMessage().message(5, external)
  return new ProtobufMessage().varint(1, 8).message(7, graph).toBytes()
}

test('a model that keeps weights in other files is refused before a runtime opens it, also deep inside', async t => {
  const folder = await temporaryFolder(t)
  await assert.rejects(convert(folder, withExternalData('../../etc/passwd')), {
    code: 'external_data',
    message: /"\.\.\/\.\.\/etc\/passwd"/,
  })
  const tensor = new ProtobufMessage().message(
    13,
    new ProtobufMessage().string(1, 'location').string(2, 'secret'),
  )
  const thenBranch = new ProtobufMessage().message(5, tensor)
  const attribute = new ProtobufMessage().string(1, 'then_branch').message(6, thenBranch)
  const graph = new ProtobufMessage().message(1, new ProtobufMessage().string(4, 'If').message(5, attribute))
  const model = new ProtobufMessage().varint(1, 8).message(7, graph)
  assert.deepEqual(scanOnnx(model.toBytes(), 'x').externalFiles, ['secret'])
})

test('graphs nested without end are refused', () => {
  let graph = new ProtobufMessage()
  for (let depth = 0; depth < 1000; depth++) {
    graph = new ProtobufMessage().message(
      1,
      new ProtobufMessage().message(5, new ProtobufMessage().message(6, graph)),
    )
  }
  const model = new ProtobufMessage().varint(1, 8).message(7, graph)
  assert.throws(() => scanOnnx(model.toBytes(), 'x'), { code: 'not_onnx', message: /nested/ })
})

test('property: a truncated or overwritten model is scanned or refused, never anything else', () => {
  const whole = tinyModel().toBytes()
  const position = fc.nat({ max: whole.length - 1 })
  const damages = fc.record({ length: position, at: position, value: fc.nat({ max: 255 }) })
  fc.assert(
    fc.property(damages, ({ length, at, value }) => {
      const damaged = whole.slice(0, Math.max(length, 1))
      damaged[at % damaged.length] = value
      try {
        scanOnnx(damaged, 'x')
      } catch (error) {
        assert(error instanceof HubError && error.code === 'not_onnx', String(error))
      }
    }),
    { numRuns: 500 },
  )
  for (const length of [0, 1, whole.length >> 1, whole.length - 1]) {
    assert.throws(() => scanOnnx(whole.subarray(0, length), 'x'), { code: 'not_onnx' }, `${length} bytes`)
  }
})

test('options that no model can have are refused, naming the field; undefined ones count as not given', async t => {
  const folder = await temporaryFolder(t)
  await assert.rejects(convert(folder, tinyModel(), { input: { height: 0 } }), {
    code: 'bad_model_description',
    message: /input\.height/,
  })
  await writeFile(join(folder, 'model.json'), '{"input": {"channels": "bgr"}}')
  const { input } = await convert(folder, tinyModel(), { input: { channels: undefined } })
  assert.equal(input.channels, 'bgr')
})

test('a missing file, a folder and a file of text are refused as what they are', async t => {
  const folder = await temporaryFolder(t)
  const to = join(folder, 'to.onnx')
  await assert.rejects(convertModel({ from: { path: join(folder, 'none.onnx') }, to }), {
    code: 'model_missing',
    message: /none\.onnx/,
  })
  await assert.rejects(convertModel({ from: { path: folder }, to }), {
    code: 'model_missing',
    message: /not a file/,
  })
  await assert.rejects(convert(folder, Buffer.from('hello, world')), { code: 'not_onnx' })
  await assert.rejects(convert(folder, new Uint8Array(0)), { code: 'not_onnx' })
})

test('a real model with fp16 weights is imported as it is', async t => {
  const path = sharedFolder(t, 'models/inception_2015_mixed8_1280.onnx')
  if (path === undefined) return
  const { input, output } = await convertModel({
    from: { path },
    to: join(await temporaryFolder(t), 'to.onnx'),
  })
  assert.deepEqual([input.height, input.width, output.dimensions], [299, 299, 1280])
})
