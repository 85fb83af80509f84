import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { evaluate } from '../../operations/heads/evaluate.ts'
import { predict } from '../../operations/heads/predict.ts'
import { drawnPhoto, writeFiles } from '../support/drawnPhotos.ts'
import { localEngine as engine, never, type SmallHub, smallHub } from './smallHub.ts'

describe('heads on a hub', () => {
  let small: SmallHub
  const ends: (() => unknown)[] = []
  after(async () => {
    for (const end of ends) await end()
  })
  before(async () => {
    small = await smallHub({ after: end => ends.push(end) })
    await small.ingest()
    await small.featurize()
  })

  test('classes that exclude each other make one decision, learned on some images and judged on others', async () => {
    const { head, headId, folder } = await small.train()
    assert.equal(head.kind, 'binary')
    assert.deepEqual([head.nTrain, head.nTest], [12, 4])
    assert.equal(head.metrics.accuracy.value, 1)
    const splits = await small.rows(
      `SELECT split, count(*) AS n FROM splits WHERE head_id = '${headId}' GROUP BY split ORDER BY split`,
    )
    assert.deepEqual(splits, [
      { split: 'test', n: 4 },
      { split: 'train', n: 12 },
    ])
    const card = new TextDecoder().decode(await small.hub.storage.read(`${folder}/card.md`))
    assert.match(card, /tints/)
  })

  test('the same seed gives the same split and the same head', async () => {
    const [first, second] = [await small.train({ seed: 7 }), await small.train({ seed: 7 })]
    assert.equal(first.head.objective, second.head.objective)
    assert.equal(first.head.headSha256, second.head.headSha256)
  })

  test('predictions name a probability for each class and agree with the held-out accuracy', async () => {
    const { headId } = await small.train()
    const { run } = await predict({ hub: small.hub, head: 'tints', engine, signal: never })
    assert.equal(run.stages[0]?.rows_in, 16)
    const [sums] = await small.rows(
      `SELECT count(*) AS images, min(total) AS least, max(total) AS most FROM (SELECT image_id, sum(probability) AS total FROM predictions WHERE head_id = '${headId}' GROUP BY image_id)`,
    )
    assert.equal(sums?.images, 16)
    assert.ok(Math.abs(Number(sums?.least) - 1) < 1e-6 && Math.abs(Number(sums?.most) - 1) < 1e-6)
    const { metrics } = await evaluate({ hub: small.hub, head: headId, signal: never })
    assert.deepEqual([metrics.rows, metrics.accuracy.value], [4, 1])
    await assert.rejects(evaluate({ hub: small.hub, head: headId, on: 'unseen', signal: never }), {
      code: 'no_labels',
      message: new RegExp(`no unseen image of head ${headId}`),
    })
  })

  test('a second prediction run has nothing to do; a new image is all that the third does', async () => {
    await small.train({ name: 'again' })
    const options = { hub: small.hub, head: 'again', engine, signal: never }
    await predict(options)
    assert.equal((await predict(options)).run.stages[0]?.rows_in, 0)
    await writeFile(join(small.photos, 'red/later.jpg'), await drawnPhoto('red', 77))
    await small.ingest()
    await small.featurize()
    assert.equal((await predict(options)).run.stages[0]?.rows_in, 1)
  })

  test('an image that is not accepted any more is not judged', async () => {
    await small.train({ name: 'current' })
    await writeFile(join(small.photos, 'blue/0.jpg'), await drawnPhoto('blue', 90))
    await small.ingest()
    await small.featurize()
    const { run } = await predict({ hub: small.hub, head: 'current', engine, signal: never })
    const [accepted] = await small.rows("SELECT count(*) AS n FROM images WHERE verdict = 'accepted'")
    assert.equal(run.stages[0]?.rows_in, accepted?.n)
  })

  test('several strengths are cross-validated and the best is kept', async () => {
    const { head } = await small.train({ regParams: [0.001, 10], elasticNetParams: [0, 0.5] })
    assert.equal(head.grid?.length, 4)
    assert.equal(head.regularization.regParam, 0.001)
  })

  const mistakes: readonly [
    what: string,
    options: Parameters<SmallHub['train']>[0],
    code: string,
    says: RegExp,
  ][] = [
    ['an unknown class', { classes: ['red', 'green'] }, 'unknown_class', /green/],
    ['one class without verified negatives', { classes: ['red'] }, 'no_negatives', /red/],
    ['a name that is a path', { name: '../red' }, 'bad_name', /\.\.\/red/],
    ['a model without embeddings', { modelId: 'other' }, 'no_embeddings', /other/],
  ]
  for (const [what, options, code, says] of mistakes)
    test(`${what} is the user's mistake and named`, async () => {
      await assert.rejects(small.train(options), (error: Error & { code: string; fault: string }) => {
        assert.deepEqual([error.code, error.fault], [code, 'user'])
        assert.match(error.message, says)
        return true
      })
    })
})

test('verified negatives make a binary head for one class, and independent heads for several', async t => {
  const small = await smallHub(t)
  const more = new Map<string, Buffer>()
  for (let number = 100; number < 108; number++)
    more.set(`mixed/${number}.jpg`, await drawnPhoto('blue', number))
  await writeFiles(small.photos, more)
  const lines = ['file,label,confidence']
  for (let number = 0; number < 8; number++) {
    lines.push(`red/${number}.jpg,/m/red,1`, `blue/${number}.jpg,/m/red,0`)
    lines.push(
      `blue/${number}.jpg,/m/cold,1`,
      `red/${number}.jpg,/m/cold,0`,
      `mixed/${100 + number}.jpg,/m/cold,0.7`,
    )
  }
  const csv = join(small.photos, 'verified.csv')
  await writeFile(csv, `${lines.join('\n')}\n`)
  await small.ingest({ labels: { kind: 'csv', path: csv } })
  await small.featurize()
  const single = await small.train({ name: 'red', classes: ['/m/red'] })
  assert.deepEqual(
    [single.head.kind, single.head.labels, single.head.nTrain + single.head.nTest],
    ['binary', ['/m/red'], 16],
  )
  const several = await small.train({ name: 'both' })
  assert.equal(several.head.kind, 'multilabel')
  assert.deepEqual([...several.head.labels].sort(), ['/m/cold', '/m/red'])
  assert.equal(several.head.nTrain + several.head.nTest, 16) // what only a machine said does not count
  assert.equal(several.head.metrics.accuracy.value, 1)
})
