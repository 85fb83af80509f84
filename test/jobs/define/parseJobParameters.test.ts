import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { z } from 'zod'
import { parseJobParameters } from '../../../jobs/define/parseJobParameters.ts'

const job = {
  name: 'mine',
  params: z.object({
    hub: z.string().describe('the hub'),
    most: z.int().min(1).default(5).describe('how many'),
    share: z.number().default(0.5),
    whole: z.boolean().default(false),
    classes: z.array(z.string()).default([]),
    head: z.string().nullable().default('labels'),
  }),
}
const parse = (given: Record<string, string>) => parseJobParameters(job, { hub: 's3://bucket/hub', ...given })

test('what is not given has its default', () => {
  assert.deepEqual(parse({}), {
    hub: 's3://bucket/hub',
    most: 5,
    share: 0.5,
    whole: false,
    classes: [],
    head: 'labels',
  })
})

test("values are of the parameter's type", () => {
  const given = { most: '7', share: '0.25', whole: 'true', classes: '["/m/0k4j"]', head: 'null' }
  assert.deepEqual(parse(given), {
    hub: 's3://bucket/hub',
    most: 7,
    share: 0.25,
    whole: true,
    classes: ['/m/0k4j'],
    head: null,
  })
})

test('text stays text, whatever it looks like', () => {
  fc.assert(
    fc.property(
      fc.string().filter(text => text !== 'null'),
      text => assert.equal(parse({ head: text }).head, text),
    ),
  )
  assert.equal(parse({ head: '7' }).head, '7')
})

test('a mistake names the parameter, the value and what is allowed', () => {
  const cases: [given: Record<string, string>, message: RegExp, hint: RegExp][] = [
    [{ mosst: '5' }, /mine has no parameter mosst/, /did you mean most/],
    [{ most: '0' }, /most of the job mine is "0"/, /how many/],
    [{ most: 'many' }, /most of the job mine is "many"/, /how many/],
    [{ whole: 'yes' }, /whole of the job mine is "yes"/, /--param whole=/],
  ]
  for (const [given, message, hint] of cases)
    assert.throws(() => parse(given), { code: 'bad_parameter', message, hint, fault: 'user' })
  assert.throws(() => parseJobParameters(job, {}), {
    code: 'bad_parameter',
    message: /needs the parameter hub/,
  })
})
