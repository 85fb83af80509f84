import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RunResult } from '../../../emr/runs/RunFiles.ts'
import { endOfRun } from '../../../emr/watch/endOfRun.ts'

const began = new Date('2026-11-25T03:10:00Z')

function seen(
  cluster: string,
  step: string | null,
  more: { began?: boolean; result?: RunResult | null } = {},
) {
  const [State, Code] = cluster.split(' ')
  const StateChangeReason = Code === undefined ? undefined : { Code, Message: `because ${Code}` }
  return endOfRun({
    cluster: { Status: { State, StateChangeReason } } as Parameters<typeof endOfRun>[0]['cluster'],
    step:
      step === null
        ? null
        : ({
            Id: 's-1',
            Status: { State: step, Timeline: more.began === false ? {} : { StartDateTime: began } },
          } as Parameters<typeof endOfRun>[0]['step']),
    result: more.result ?? null,
  })
}

const states: [cluster: string, step: string | null, state: string | null, sure?: boolean][] = [
  ['STARTING', null, null],
  ['STARTING', 'PENDING', null],
  ['RUNNING', 'RUNNING', null],
  ['RUNNING', 'CANCEL_PENDING', null],
  ['TERMINATING USER_REQUEST', 'RUNNING', null],
  ['RUNNING', 'COMPLETED', 'succeeded', true],
  ['TERMINATED ALL_STEPS_COMPLETED', 'COMPLETED', 'succeeded', true],
  // Somebody ended the cluster when the run was done.
  ['TERMINATED USER_REQUEST', 'COMPLETED', 'succeeded', true],
  ['RUNNING', 'FAILED', 'failed', true],
  ['TERMINATING STEP_FAILURE', 'FAILED', 'failed', true],
  ['TERMINATED USER_REQUEST', 'FAILED', 'cancelled', true],
  ['RUNNING', 'CANCELLED', 'cancelled', true],
  ['RUNNING', 'INTERRUPTED', 'cancelled', true],
  ['TERMINATED USER_REQUEST', 'CANCELLED', 'cancelled', true],
  ['TERMINATED_WITH_ERRORS INSTANCE_FAILURE', 'INTERRUPTED', 'failed', true],
  ['TERMINATED_WITH_ERRORS INSTANCE_FAILURE', 'RUNNING', 'failed', false],
  ['TERMINATED USER_REQUEST', 'RUNNING', 'cancelled', false],
  ['TERMINATED USER_REQUEST', null, 'cancelled', false],
  ['TERMINATED_WITH_ERRORS VALIDATION_ERROR', null, 'failed', false],
  ['TERMINATED_WITH_ERRORS', 'PENDING', 'failed', false],
  ['TERMINATED ALL_STEPS_COMPLETED', 'RUNNING', 'lost', false],
]
for (const [cluster, step, state, sure] of states)
  test(`cluster ${cluster}, step ${step}: ${state ?? 'goes on'}`, () => {
    const end = seen(cluster, step)
    assert.deepEqual(end === null ? null : end.state, state)
    assert.equal(end?.sure, sure)
  })

test('the steps that EMR cancels because their cluster failed have failed, with its reason', () => {
  const end = seen('TERMINATED_WITH_ERRORS BOOTSTRAP_FAILURE', 'CANCELLED', { began: false })
  assert.deepEqual(end, {
    state: 'failed',
    reason: 'BOOTSTRAP_FAILURE: because BOOTSTRAP_FAILURE',
    sure: true,
  })
  assert.equal(seen('BOOTSTRAPPING', 'CANCELLED', { began: false })?.sure, false)
})

test("what the driver says counts before what EMR says, however far EMR's states lag", () => {
  const result: RunResult = {
    state: 'timed_out',
    startedAt: '2026-11-25T03:10:00Z',
    endedAt: '2026-11-25T09:10:00Z',
    runs: [],
    images: 7,
    error: { code: 'max_hours', message: 'six hours are over' },
  }
  for (const step of ['RUNNING', 'FAILED', 'CANCELLED'])
    assert.deepEqual(seen('RUNNING', step, { result }), {
      state: 'timed_out',
      reason: 'max_hours: six hours are over',
      sure: true,
    })
})
