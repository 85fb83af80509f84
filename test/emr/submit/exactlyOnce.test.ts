import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import type { Submitted } from '../../../emr/submit/submitRun.ts'
import { type Fault, throttled } from './fakeEmr.ts'
import { nameOf, submitting } from './submitting.ts'

/** Far above what a busy machine delays a call by. */
const settleMilliseconds = 1500

const faults: readonly (Fault | undefined)[] = [
  undefined,
  undefined,
  throttled,
  'lost',
  'dropped',
  'failed after',
  { refuse: 'InternalFailure', status: 500 },
]

const submitter = fc.record({
  startsAfter: fc.integer({ min: 0, max: 600 }),
  /** Half of them are never stopped. */
  stopsAfter: fc.option(fc.integer({ min: 0, max: 2500 }), { freq: 2 }),
})
const scenario = fc.record({
  submitters: fc.array(submitter, { minLength: 2, maxLength: 6 }),
  /** Of the calls of EMR, one after the other. */
  faults: fc.array(fc.constantFrom(...faults), { maxLength: 4 }),
  listingMilliseconds: fc.integer({ min: 0, max: 700 }),
  asStep: fc.boolean(),
})

const wait = (milliseconds: number) => new Promise(resolve => setTimeout(resolve, milliseconds))

test('however many submit a run, whoever of them is stopped and whichever answers are lost: one cluster, or one step', async t => {
  const scenarios = fc.sample(scenario, { numRuns: 24, seed: Number(process.env.SEED ?? 20261126) })
  await Promise.all(
    scenarios.map(async ({ submitters, faults, listingMilliseconds, asStep }, index) => {
      const { emr, submit, store } = await submitting(t)
      const runId = `r${index}`
      const shared = emr.cluster({ Id: 'j-shared' })
      emr.listingMilliseconds = listingMilliseconds
      emr.fault = (operation, nth) =>
        ['RunJobFlow', 'AddJobFlowSteps'].includes(operation) ? faults[nth - 1] : undefined
      const settings = { runId, settleMilliseconds, ...(asStep ? { clusterId: 'j-shared' } : {}) }

      const outcomes = await Promise.allSettled(
        submitters.map(async ({ startsAfter, stopsAfter }) => {
          await wait(startsAfter)
          const signal = stopsAfter === null ? {} : { signal: AbortSignal.timeout(stopsAfter) }
          return await submit({ ...settings, ...signal })
        }),
      )
      const last = await submit(settings)
      const told = outcomes.flatMap((outcome): Submitted[] => {
        if (outcome.status === 'fulfilled') return [outcome.value]
        assert.equal(outcome.reason.name, 'TimeoutError', `${runId}: ${outcome.reason.stack}`)
        return []
      })
      const started = asStep
        ? shared.steps.map(({ Id }) => Id)
        : emr.clusters.filter(({ Name }) => Name === nameOf(runId)).map(({ Id }) => Id)
      const followed = [...told, last].map(({ clusterId, stepId }) => (asStep ? stepId : clusterId))
      assert.deepEqual(started, [...new Set(followed)], `${runId}: one was started, and all follow it`)
      assert.equal(started.length, 1)
      const accepted = await store(runId).accepted()
      assert.equal(asStep ? accepted?.stepId : accepted?.clusterId, started[0])
    }),
  )
})
