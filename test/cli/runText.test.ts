import assert from 'node:assert/strict'
import test from 'node:test'
import type { RunCost } from '../../catalog/RunRecord.ts'
import { type ListedRun, runListText, runText } from '../../cli/runText.ts'

const run = (run_id: string, cost?: RunCost): ListedRun => ({
  ...{ run_id, command: 'featurize', parameters: {}, state: 'committed', engine: 'spark' },
  ...{ started_at: '2026-11-25T03:00:00Z', ended_at: '2026-11-25T03:10:00Z' },
  ...{ code_version: '0.1.0', host: 'h', pid: 1, stages: [], rows_written: {}, snapshot: 1 },
  ...(cost === undefined ? {} : { cost }),
})

const cost: RunCost = {
  ...{ dollars: 2.4123, dollars_per_thousand: 0.00241, hours: 3.5 },
  ...{ prices_date: '2026-11-25', region: 'us-east-1' },
  machines: [
    { type: 'm6i.xlarge', market: 'on_demand', count: 1, hours: 1, dollars: 0.24 },
    { type: 'g5.2xlarge', market: 'spot', count: 3, hours: 2.5, dollars: 2.1723 },
  ],
}

test('what a run cost shows with it, with what that rests on, and nothing of costs where there are none', () => {
  assert.match(
    runText(run('a', cost)),
    /^cost +2\.41 dollars, 0\.0024 for 1,000 images: 1 m6i\.xlarge 1\.00 hours; 3 g5\.2xlarge, spot, 2\.50 hours; at prices of us-east-1 of 2026-11-25$/m,
  )
  assert.doesNotMatch(runText(run('a')), /cost|dollars/)
  assert.match(
    runListText([run('a'), run('b', cost)]),
    /took +dollars +snapshot[\s\S]*^a .*10m 0s +– +1 [\s\S]*^b .*10m 0s +2\.41 +1 /m,
  )
  assert.doesNotMatch(runListText([run('a')]), /dollars/)
})
