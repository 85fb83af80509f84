import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { type FittedHead, fitHead } from '../../../models/heads/fitHead.ts'
import { headOnnx } from '../../../models/heads/headOnnx.ts'
import type { HeadKind } from '../../../models/heads/headTasks.ts'
import { openHead } from '../../../models/heads/openHead.ts'
import { OnnxGraph } from '../../../models/onnx/OnnxGraph.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { clusters, sum } from './reference.ts'

const model = { id: 'inception_v3', sha256: 'a'.repeat(64) }
const columns = 5
const rows = clusters({ rows: 60, columns, classes: 3, seed: 3 })

async function trained(kind: HeadKind, labels: string[]): Promise<FittedHead> {
  const classes = {
    multinomial: () => Int32Array.from(rows.y),
    binary: () => Int32Array.from(rows.y, label => Number(label === 0)),
    multilabel: () => Int8Array.from(rows.y.flatMap(label => labels.map((_, at) => Number(label === at)))),
  }[kind]()
  return fitHead({ kind, labels, classes, features: { data: rows.data, rows: 60, columns }, regParam: 0.01 })
}

async function saved(test: TestContext, head: FittedHead, name = 'fruit'): Promise<string> {
  const path = join(await temporaryFolder(test), 'head.onnx')
  await writeFile(path, headOnnx({ head, name, model }))
  return path
}

/** In 64 bits, from the coefficients. */
function expectedRow({ kind, labels, coefficients, intercepts }: FittedHead, x: readonly number[]): number[] {
  const scores = [...intercepts].map((intercept, output) => {
    return intercept + sum(x.map((value, j) => value * (coefficients[output * columns + j] as number)))
  })
  if (kind === 'multinomial') {
    const total = sum(scores.map(Math.exp))
    return scores.map(score => Math.exp(score) / total)
  }
  const probabilities = scores.map(score => 1 / (1 + Math.exp(-score)))
  return kind === 'binary' && labels.length === 2
    ? [1 - (probabilities[0] ?? 0), ...probabilities]
    : probabilities
}

const kinds = [
  ['multinomial', ['/m/a', '/m/b', '/m/c']],
  ['binary', ['other', 'apple']],
  ['binary', ['apple, "red"']],
  ['multilabel', ['a', 'b', 'c']],
] as const

for (const [kind, labels] of kinds) {
  test(`a ${kind} head of ${labels.length} labels is loaded back with equal probabilities and all it knows`, async t => {
    const head = await trained(kind, [...labels])
    await using opened = await openHead({ path: await saved(t, head), model })
    assert.deepEqual(opened.facts, { name: 'fruit', kind, labels, model })
    assert.equal(opened.columns, columns)
    const probabilities = await opened.predict(rows.data, 60)
    assert.equal(probabilities.length, 60 * labels.length)
    rows.x
      .flatMap(x => expectedRow(head, x))
      .forEach((expected, at) => {
        assert.ok(
          Math.abs((probabilities[at] as number) - expected) < 1e-5,
          `${at}: ${probabilities[at]}, not ${expected}`,
        )
      })
  })
}

test('more rows than one block, or none, are predicted alike', async t => {
  const head = await trained('multinomial', ['a', 'b', 'c'])
  await using opened = await openHead({ path: await saved(t, head) })
  const many = Float32Array.from(
    { length: 5000 * columns },
    (_, at) => rows.data[at % rows.data.length] as number,
  )
  const probabilities = await opened.predict(many, 5000)
  const once = await opened.predict(rows.data, 60)
  for (let row = 0; row < 5000; row++) {
    assert.ok(Math.abs((probabilities[row * 3] as number) - (once[(row % 60) * 3] as number)) < 1e-6)
  }
  assert.equal((await opened.predict(new Float32Array(0), 0)).length, 0)
})

test('the same head gives the same bytes', async () => {
  const head = await trained('multinomial', ['a', 'b', 'c'])
  assert.deepEqual(headOnnx({ head, name: 'x', model }), headOnnx({ head, name: 'x', model }))
})

test('embeddings of another length or another model are refused', async t => {
  const path = await saved(t, await trained('multinomial', ['a', 'b', 'c']))
  await using opened = await openHead({ path })
  await assert.rejects(opened.predict(new Float32Array(12), 2), {
    code: 'wrong_dimension',
    fault: 'user',
    message: /length 5, but of length 6/,
  })
  const other = { id: 'resnet', sha256: 'b'.repeat(64) }
  await assert.rejects(openHead({ path, model: other }), {
    code: 'wrong_model',
    message: /inception_v3.*not of resnet/,
  })
  const changed = { ...model, sha256: other.sha256 }
  await assert.rejects(openHead({ path, model: changed }), { code: 'wrong_model', message: /name means now/ })
})

test('a missing, damaged or foreign file is refused as what it is', async t => {
  const folder = await temporaryFolder(t)
  const write = async (name: string, bytes: Uint8Array) => {
    await writeFile(join(folder, name), bytes)
    return join(folder, name)
  }
  await assert.rejects(openHead({ path: join(folder, 'absent') }), { code: 'no_head', fault: 'user' })
  const whole = headOnnx({ head: await trained('binary', ['a', 'b']), name: 'x', model })
  await assert.rejects(openHead({ path: await write('cut', whole.subarray(0, whole.length - 9)) }), {
    fault: 'user',
  })
  await assert.rejects(openHead({ path: await write('text', Buffer.from('hello')) }), { code: 'not_onnx' })
  const foreign = new OnnxGraph({ name: 'foreign' })
  const metadata = {
    head_name: 'x',
    head_kind: 'binary',
    labels: '["a","b"]',
    model_id: 'm',
    model_sha256: 's',
  }
  foreign.output('y', foreign.node('Neg', [foreign.input('x', 'float32', ['N', 2])]), 'float32', ['N', 2])
  await assert.rejects(openHead({ path: await write('foreign', foreign.toBytes()) }), {
    code: 'not_a_head',
    message: /no head/,
  })
  const disguised = new OnnxGraph({ name: 'disguised', metadata })
  disguised.output('y', disguised.node('Neg', [disguised.input('x', 'float32', ['N', 2])]), 'float32', [
    'N',
    2,
  ])
  await assert.rejects(openHead({ path: await write('disguised', disguised.toBytes()) }), {
    code: 'not_a_head',
    message: /embedding/,
  })
})
