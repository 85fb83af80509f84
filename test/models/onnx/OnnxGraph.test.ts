import assert from 'node:assert/strict'
import { test } from 'node:test'
import { BinaryReader } from '@bufbuild/protobuf/wire'
import fc from 'fast-check'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { OnnxGraph } from '../../../models/onnx/OnnxGraph.ts'
import { ProtobufMessage } from '../../../models/onnx/protobuf.ts'
import { int64s, scalar, tensor } from '../../../models/onnx/tensor.ts'

async function run(graph: OnnxGraph, feeds: Record<string, Tensor>) {
  const session = await InferenceSession.create(graph.toBytes(), { logSeverityLevel: 3 })
  try {
    return { session, results: await session.run(feeds) }
  } finally {
    await session.release()
  }
}

test('a graph with attributes, constants and a named batch runs in onnxruntime', async () => {
  const graph = new OnnxGraph({ name: 'affine', metadata: { author: 'ünïcode' } })
  const x = graph.input('x', 'float32', ['N', 2])
  const weights = graph.constant(tensor('float32', [3, 2], Float32Array.of(1, 2, 3, 4, 5, 6)), 'weights')
  const y = graph.node('Gemm', [x, weights], { transB: 1, alpha: { float: 0.5 } })
  graph.output('y', graph.node('Add', [y, scalar(10)]), 'float32', ['N', 3])

  const { session, results } = await run(graph, { x: new Tensor('float32', [1, 1, 2, 0], [2, 2]) })
  assert.deepEqual(results.y?.data, Float32Array.of(11.5, 13.5, 15.5, 11, 13, 15))
  const [input] = session.inputMetadata
  assert.deepEqual(input, { name: 'x', isTensor: true, type: 'float32', shape: ['N', 2] })
})

test('one value may be several outputs, an output may be an input, a node may have several outputs', async () => {
  const graph = new OnnxGraph({ name: 'outputs' })
  const x = graph.input('x', 'int64', [4])
  const [left, right] = graph.nodeWithOutputs(2, 'Split', [x, int64s(1, 3)], { axis: 0 })
  assert(left && right)
  graph.output('left', left, 'int64', [1])
  graph.output('left_again', left, 'int64', [1])
  graph.output('right', graph.node('Neg', [right]), 'int64', [3])
  graph.output('all', x, 'int64', [4])

  const { results } = await run(graph, { x: new Tensor('int64', [1n, -2n, 3n, 4n], [4]) })
  assert.deepEqual(results.left?.data, BigInt64Array.of(1n))
  assert.deepEqual(results.left_again?.data, BigInt64Array.of(1n))
  assert.deepEqual(results.right?.data, BigInt64Array.of(2n, -3n, -4n))
  assert.deepEqual(results.all?.data, BigInt64Array.of(1n, -2n, 3n, 4n))
})

test('float16 bits, float lists, string attributes and left-out inputs arrive as they were meant', async () => {
  const graph = new OnnxGraph({ name: 'types' })
  const x = graph.input('x', 'float32', [2])
  const half = graph.constant(tensor('float16', [2], Uint16Array.of(0x3c00, 0xc000)))
  const floats = graph.node('Constant', [], { value_floats: { floats: [0.25, 4] } })
  const sum = graph.node('Add', [x, graph.node('Add', [graph.node('Cast', [half], { to: 1 }), floats])])
  graph.output('y', graph.node('Clip', [sum, null, scalar(3)]), 'float32', [2])
  graph.output('z', graph.node('Pad', [x, int64s(1, 0)], { mode: 'edge' }), 'float32', [3])
  const { results } = await run(graph, { x: new Tensor('float32', [1, 7], [2]) })
  assert.deepEqual(results.y?.data, Float32Array.of(2.25, 3))
  assert.deepEqual(results.z?.data, Float32Array.of(1, 1, 7))
})

test('an operator of another domain is found when the domain is declared', async () => {
  const graph = new OnnxGraph({ name: 'domain', domains: { 'ai.onnx.ml': 3 } })
  const x = graph.input('x', 'float32', ['N'])
  const attributes = { threshold: { float: 0.5 } }
  graph.output('y', graph.node('Binarizer', [x], attributes, { domain: 'ai.onnx.ml' }), 'float32', ['N'])
  const { results } = await run(graph, { x: new Tensor('float32', [0.2, 0.7], [2]) })
  assert.deepEqual(results.y?.data, Float32Array.of(0, 1))
})

test('mistakes in building a graph are refused where they are made', () => {
  const graph = new OnnxGraph({ name: 'mistakes' })
  const x = graph.input('x', 'float32', [1])
  assert.throws(() => graph.input('x', 'float32', [1]), { code: 'bad_graph' })
  assert.throws(() => tensor('float32', [2, 2], new Float32Array(3)), { code: 'bad_tensor' })
  graph.output('y', graph.node('LeakyRelu', [x], { alpha: 0.1 }), 'float32', [1])
  assert.throws(() => graph.toBytes(), { code: 'bad_attribute', hint: /float/ })
})

test('the data of a constant is written without being copied', () => {
  const graph = new OnnxGraph({ name: 'segments' })
  const weights = new Float32Array(1000)
  const constant = graph.constant(tensor('float32', [1000], weights))
  graph.output('y', constant, 'float32', [1000])
  const segments = graph.segments()
  assert(segments.some(segment => segment.buffer === weights.buffer))
  assert.deepEqual(Buffer.concat(segments), Buffer.from(graph.toBytes()))
})

test('property: what is written is what an independent protobuf reader reads', () => {
  const field = fc.integer({ min: 1, max: 0x1fffffff })
  const part = fc.oneof(
    fc.record({
      kind: fc.constant('varint' as const),
      field,
      value: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
    }),
    fc.record({ kind: fc.constant('float' as const), field, value: fc.float() }),
    fc.record({ kind: fc.constant('bytes' as const), field, value: fc.uint8Array({ maxLength: 300 }) }),
    fc.record({ kind: fc.constant('string' as const), field, value: fc.string({ unit: 'grapheme' }) }),
  )
  fc.assert(
    fc.property(fc.array(part), parts => {
      const inner = new ProtobufMessage()
      for (const { kind, field, value } of parts) {
        if (kind === 'varint') inner.varint(field, value)
        else if (kind === 'float') inner.float(field, value)
        else if (kind === 'bytes') inner.bytes(field, value)
        else inner.string(field, value)
      }
      const outer = new BinaryReader(new ProtobufMessage().message(7, inner).toBytes())
      assert.deepEqual(outer.tag(), [7, 2])
      const reader = new BinaryReader(outer.bytes())
      for (const { kind, field, value } of parts) {
        assert.deepEqual(reader.tag(), [field, { varint: 0, float: 5, bytes: 2, string: 2 }[kind]])
        if (kind === 'varint') assert.equal(BigInt(reader.int64()), value)
        else if (kind === 'float') assert.deepEqual(reader.float(), value)
        else if (kind === 'bytes') assert.deepEqual(new Uint8Array(reader.bytes()), value)
        else assert.equal(reader.string(), value)
      }
      assert.equal(reader.pos, reader.len)
    }),
  )
})
