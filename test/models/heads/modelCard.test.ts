import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { evaluateHead } from '../../../models/heads/metrics/evaluateHead.ts'
import { type ModelCard, modelCard } from '../../../models/heads/modelCard.ts'

const folder = join(import.meta.dirname, '../../fixtures/heads')

const card: ModelCard = {
  name: 'traffic',
  headId: 'traffic@run-0007',
  kind: 'multinomial',
  intendedUse: 'Sorting street photos of suppliers for review. Not for decisions about people.',
  data: {
    classes: [
      { label: '/m/0k4j', displayName: 'Car', train: 80, test: 4 },
      { label: '/m/07j7r', displayName: 'Tree | "oak"', train: 12, test: 2 },
    ],
    train: 92,
    test: 6,
    groupedBy: null,
    runIds: ['run-0005', 'run-0006'],
    snapshot: 6,
  },
  training: {
    regParam: 0.05,
    elasticNetParam: 0,
    classWeights: null,
    maxIterations: 100,
    tolerance: 1e-6,
    seed: 7,
    testFraction: 0.06,
    objective: 0.123456789,
    iterations: 31,
    converged: true,
  },
  metrics: evaluateHead({
    kind: 'multinomial',
    labels: ['/m/0k4j', '/m/07j7r'],
    classes: Int32Array.of(0, 0, 0, 0, 1, 1),
    probabilities: Float64Array.of(0.9, 0.1, 0.8, 0.2, 0.7, 0.3, 0.4, 0.6, 0.2, 0.8, 0.1, 0.9),
    rows: 6,
    seed: 7,
    resamples: 200,
  }),
  provenance: {
    model: { id: 'inception_v3', sha256: '0123456789abcdef'.repeat(4) },
    dimensions: 2048,
    headSha256: 'fedcba9876543210'.repeat(4),
    codeVersion: '0.1.0',
    runId: 'run-0007',
    trainedAt: '2026-03-01T12:00:00.000Z',
  },
}

for (const [file, text] of [
  ['modelCard.md', modelCard(card).markdown],
  ['modelCard.json', `${JSON.stringify(modelCard(card).json, null, 2)}\n`],
] as const) {
  test(`the card reads as the fixture ${file} (a differing one is written beside it)`, async () => {
    const path = join(folder, file)
    if (existsSync(path) && readFileSync(path, 'utf8') === text) return
    await mkdir(folder, { recursive: true })
    await writeFile(path.replace('modelCard', 'modelCard-changed'), text)
    assert.fail(`${path} differs: compare with the -changed file`)
  })
}

test('names from users cannot break out of a table or start markup', () => {
  const name = 'x | y\n# <script>alert(1)</script> [a](http://b) `c`'
  const { markdown } = modelCard({ ...card, name, intendedUse: name })
  assert.doesNotMatch(markdown, /(?<!\\)<script|^# <|(?<!\\)\[a/m)
  assert.match(markdown, /^\| Tree \\\| "oak" \|/m)
})

test('the limits follow from the figures', () => {
  const limits = (changes: Partial<ModelCard>) => modelCard({ ...card, ...changes }).json.limits.join('\n')
  assert.match(limits({}), /Fewer than 30 test images.*Car \(4\)/)
  assert.match(limits({}), /6\.667 times .* no class weights/)
  assert.match(limits({}), /flatters/)
  assert.doesNotMatch(limits({ data: { ...card.data, groupedBy: 'supplier_id' } }), /flatters/)
  assert.match(limits({ training: { ...card.training, converged: false } }), /short of the optimum/)
  const empty = evaluateHead({
    kind: 'multinomial',
    labels: ['a', 'b'],
    classes: new Int32Array(0),
    probabilities: new Float32Array(0),
    rows: 0,
    seed: 1,
  })
  assert.match(limits({ metrics: empty }), /nothing is known/)
})
