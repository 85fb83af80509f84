import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'node:test'
import fc from 'fast-check'
import { estimateCost } from '../../../emr/cost/estimateCost.ts'
import { priceOf, publicPrices, readPrices } from '../../../emr/cost/Prices.ts'
import { cpuCluster, gpuCluster } from '../../../jobs/define/Cluster.ts'
import { instanceTypes } from '../../../jobs/define/instanceTypes.ts'
import { temporaryFolder } from '../../support/temporaryFolder.ts'
import { sampleJobs } from '../sampleJobs.ts'

const workers = { type: 'g5.2xlarge', count: 8, spot: true } as const
const cluster = gpuCluster({ release: 'emr-7.13.0', workers })

test('a job costs its machines for as long as its images take', () => {
  const { imagesPerSecond, hours, machines, dollars, dollarsPerThousand } = estimateCost({
    cluster,
    images: 1_440_000,
    rate: 50,
    prices: publicPrices,
  })
  assert.equal(imagesPerSecond, 400)
  // By hand: an hour of work, ten minutes before it; seven spot machines at half of 1.212.
  assert.ok(Math.abs(hours - (1 + 1 / 6)) < 1e-9)
  const hourly = 0.192 + 0.048 + (1.212 + 0.27) + 7 * (0.606 + 0.27)
  assert.ok(Math.abs(dollars - hourly * hours) < 1e-9, `${dollars}`)
  assert.ok(Math.abs(dollarsPerThousand - dollars / 1440) < 1e-9)
  assert.deepEqual(
    machines.map(({ what, count, spot }) => [what, count, spot]),
    [
      ['primary', 1, false],
      ['core', 1, false],
      ['task', 7, true],
    ],
  )
})

test('of alternatives the dearest counts, and processors count where there is no GPU', () => {
  const several = { ...workers, type: ['g6.2xlarge', 'g5.2xlarge'] } as const
  const { machines } = estimateCost({
    cluster: { ...cluster, workers: several },
    images: 1,
    rate: 1,
    prices: publicPrices,
  })
  assert.equal(machines[1]?.type, 'g5.2xlarge')
  const processors = cpuCluster({ release: 'emr-7.13.0', workers: { type: 'm6i.2xlarge', count: 2 } })
  assert.equal(
    estimateCost({ cluster: processors, images: 1, rate: 20, prices: publicPrices }).imagesPerSecond,
    320,
  )
})

test('every machine that a job may name has a price, and so every job that comes along an estimate', async () => {
  for (const type of Object.keys(instanceTypes)) assert.ok(priceOf(publicPrices, type).ec2 > 0)
  for (const { job } of await sampleJobs())
    assert.ok(
      estimateCost({ cluster: job.cluster, images: 1, rate: 1, prices: publicPrices }).dollars > 0,
      job.name,
    )
})

test('more images never cost less, and a faster machine never more', () => {
  const cost = (images: number, rate: number) =>
    estimateCost({ cluster, images, rate, prices: publicPrices }).dollars
  fc.assert(
    fc.property(fc.nat(1e8), fc.nat(1e8), fc.integer({ min: 1, max: 5000 }), (images, more, rate) => {
      assert.ok(cost(images + more, rate) >= cost(images, rate))
      assert.ok(cost(images, rate + 1) <= cost(images, rate))
    }),
  )
})

test("prices are one's own where a file has them, and a type without one is told", async t => {
  const folder = await temporaryFolder(t)
  const file = async (text: string) => {
    await writeFile(join(folder, 'prices.json'), text)
    return await readPrices(join(folder, 'prices.json'))
  }
  const own = { date: '2026-11-01', region: 'eu-central-1', spotShare: 0.3, ec2: { 'g5.2xlarge': 2 } }
  const prices = await file(JSON.stringify(own))
  assert.deepEqual(priceOf(prices, 'g5.2xlarge'), { ec2: 2, emr: 0.27 })
  assert.throws(() => priceOf(prices, 'g6.xlarge'), {
    code: 'no_price',
    message: /g6.xlarge in eu-central-1/,
  })
  for (const wrong of [
    '',
    '[]',
    JSON.stringify({ ...own, spotShare: 2 }),
    JSON.stringify({ ...own, ec2: { x: '1' } }),
  ])
    await assert.rejects(file(wrong), { code: 'bad_prices', fault: 'user' })
})
