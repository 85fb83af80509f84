import assert from 'node:assert/strict'
import { globSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it, test } from 'node:test'
import fc from 'fast-check'
import { ranks } from '../../../emr/diagnose/Cause.ts'
import { userCodes } from '../../../emr/diagnose/causes/userCodes.ts'
import { causes } from '../../../emr/diagnose/causes.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { asParts, diagnoseFiles, readFixture } from './fixtureLogs.ts'

const fixtures = readdirSync(join(import.meta.dirname, 'fixtures'))

test('every cause has a fixture, and every fixture a cause', () => {
  assert.deepEqual(causes.map(({ id }) => id).sort(), fixtures.sort())
})

test('causes stand in the order of their ranks', () => {
  const order = causes.map(({ rank }) => ranks.indexOf(rank))
  assert.deepEqual(
    order,
    order.toSorted((a, b) => a - b),
  )
})

describe('from the logs of a cause', { concurrency: 2 }, () => {
  for (const id of fixtures)
    it(`${id} is found, however they are packed and split`, async t => {
      const { told, logs } = readFixture(`fixtures/${id}`)
      const whole = await diagnoseFiles(
        await temporaryFolder(t),
        told,
        asParts(logs, { cuts: [], packed: false }),
      )
      assert.equal(whole.cause, id, JSON.stringify(whole, null, 2))
      assert.doesNotMatch(whole.sentence, /undefined|null|\.\.$|\s{2}/)
      assert.match(whole.sentence, /^[A-Z].*\.$/s)
      assert.ok(whole.change.length > 5 && whole.evidence !== undefined)
      if (logs.size === 0) return
      const split = fc.asyncProperty(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }),
        fc.boolean(),
        async (cuts, packed) => {
          const files = asParts(logs, { cuts, packed })
          const found = await diagnoseFiles(await temporaryFolder(t), told, files)
          assert.equal(found.cause, id)
          assert.equal(found.sentence, whole.sentence)
          assert.equal(found.evidence?.line, whole.evidence?.line)
        },
      )
      await fc.assert(split, { seed: 7, numRuns: 12 })
    })
})

describe('noise', () => {
  for (const name of readdirSync(join(import.meta.dirname, 'noise')))
    it(`${name} is no cause`, async t => {
      const { told, logs } = readFixture(`noise/${name}`)
      const found = await diagnoseFiles(await temporaryFolder(t), told, logs)
      assert.equal(found.cause, 'unknown', JSON.stringify(found, null, 2))
      assert.deepEqual(found.others, [])
    })
})

test('the codes of mistakes are those that the sources use', () => {
  const root = join(import.meta.dirname, '../../..')
  const sources = globSync(
    '{base,tables,storage,sql,models,stages,sources,pipelines,catalog,engines,operations,cli}/**/*.ts',
    { cwd: root },
  )
    .map(file => readFileSync(join(root, file), 'utf8'))
    .join('\n')
  assert.deepEqual(
    userCodes.filter(code => !sources.includes(`'${code}'`)),
    [],
  )
})

test('patterns have no unbounded quantifiers', () => {
  const unbounded = causes.flatMap(({ id, patterns }) =>
    patterns
      .filter(({ source }) =>
        /(?:[.\])]|\\[wsSdD])(?:\*|\+|\{\d+,\})/.test(source.replaceAll(/\[[^\]]*\]/g, '[]')),
      )
      .map(({ source }) => `${id}: ${source}`),
  )
  assert.deepEqual(unbounded, [])
})
