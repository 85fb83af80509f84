import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { type ActualCostOptions, actualCost, type MachineTime } from '../../../emr/cost/actualCost.ts'
import { publicPrices } from '../../../emr/cost/Prices.ts'

const at = (minutes: number) => new Date(Date.UTC(2026, 10, 25, 3) + minutes * 60_000)
const machine = (
  type: string,
  began: number,
  ended: number | null,
  market: MachineTime['market'] = 'on_demand',
): MachineTime => ({ type, market, began: at(began), ended: ended === null ? null : at(ended) })

const cost = (machines: readonly MachineTime[], change: Partial<ActualCostOptions> = {}) =>
  actualCost({ machines, between: null, now: at(120), images: 100_000, prices: publicPrices, ...change })

const close = (found: number | null | undefined, expected: number) =>
  assert.ok(Math.abs((found ?? Number.NaN) - expected) < 1e-9, `${found} is not ${expected}`)

test('machines cost their hours by type and market, with what EMR charges, which is the same for spot', () => {
  const { machines, hours, dollars, dollarsPerThousand } = cost([
    machine('m6i.xlarge', 0, 60),
    machine('g5.2xlarge', 0, 60),
    machine('g5.2xlarge', 0, 60, 'spot'),
    machine('g5.2xlarge', 30, 60, 'spot'),
  ])
  assert.deepEqual(
    machines.map(({ type, market, count, hours }) => [type, market, count, hours]),
    [
      ['m6i.xlarge', 'on_demand', 1, 1],
      ['g5.2xlarge', 'on_demand', 1, 1],
      ['g5.2xlarge', 'spot', 2, 1.5],
    ],
  )
  close(hours, 3.5)
  // By hand: EMR takes a quarter of EC2's price, at most 0.27; spot machines are at half.
  const expected = 0.192 * 1.25 + (1.212 + 0.27) + 1.5 * (0.606 + 0.27)
  close(dollars, expected)
  close(dollarsPerThousand, expected / 100)
})

test('seconds are billed begun, a minute at least, and what still runs until now', () => {
  const seconds = (ended: number | null) => cost([machine('m6i.xlarge', 0, ended)]).hours * 3600
  close(seconds(0.2), 60)
  close(seconds(1.501 + 1 / 60), 92)
  close(seconds(null), 7200)
})

test('of a cluster that others use only the time of the step counts', () => {
  const between = { from: at(10), until: at(40) }
  const { machines, hours } = cost(
    [
      machine('m6i.xlarge', 0, null),
      machine('m6i.2xlarge', 20, 30),
      machine('m6i.4xlarge', 39.5, 90),
      machine('m5.xlarge', 0, 10),
      machine('m5.2xlarge', 40, 90),
    ],
    { between },
  )
  assert.deepEqual(
    machines.map(({ type, hours }) => [type, Math.round(hours * 3600)]),
    [
      ['m6i.xlarge', 1800],
      ['m6i.2xlarge', 600],
      ['m6i.4xlarge', 30],
    ],
  )
  close(hours, 2430 / 3600)
})

test('nothing done has no cost for 1,000 images, and a type without a price is told', () => {
  assert.equal(cost([machine('m6i.xlarge', 0, 60)], { images: 0 }).dollarsPerThousand, null)
  assert.throws(() => cost([machine('p5.48xlarge', 0, 60)]), { code: 'no_price', message: /p5.48xlarge/ })
})

test('steps that follow one another cost together what the cluster costs in their time', () => {
  const minute = fc.integer({ min: 0, max: 119 })
  fc.assert(
    fc.property(fc.array(fc.tuple(minute, minute)), minute, (times, middle) => {
      const machines = times.map(([a, b]) => machine('g5.2xlarge', Math.min(a, b), Math.max(a, b)))
      const dollars = (from: number, until: number) =>
        cost(machines, { between: { from: at(from), until: at(until) } }).dollars
      close(dollars(0, middle) + dollars(middle, 120), dollars(0, 120))
    }),
  )
})
