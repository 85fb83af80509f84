import assert from 'node:assert/strict'
import test from 'node:test'
import { compileJob } from '../../../emr/compile/compileJob.ts'
import { checkRequest } from '../../../emr/validate/checkRequest.ts'
import { loadJob } from '../../../jobs/define/loadJob.ts'
import { compileSettings, hub } from '../sampleJobs.ts'

const { request: good } = compileJob({ ...compileSettings, job: await loadJob('nightly'), params: { hub } })

/** A good request, changed as JavaScript would let one. */
function changed(change: (request: Record<string, never>) => void) {
  assert.ok('RunJobFlow' in good)
  const copy = structuredClone(good.RunJobFlow)
  change(copy as unknown as Record<string, never>)
  return { RunJobFlow: copy }
}

test('what EMR would refuse is told with its place, the value and what is allowed', () => {
  checkRequest(good)
  // biome-ignore lint/suspicious/noExplicitAny: a request that is wrong in ways that types forbid
  const cases: [change: (request: any) => void, told: RegExp][] = [
    [r => delete r.Name, /Name is missing/],
    [r => (r.Name = 'a|b'), /Name has \|/],
    [r => (r.Name = 'x'.repeat(257)), /Name has 257 characters/],
    [r => (r.ReleaseLable = 'emr-7.13.0'), /ReleaseLable is unknown there: allowed are .*ReleaseLabel/],
    [r => (r.StepConcurrencyLevel = '1'), /StepConcurrencyLevel is "1", not a number/],
    [
      r => (r.Instances.KeepJobFlowAliveWhenNoSteps = 'no'),
      /KeepJobFlowAliveWhenNoSteps is "no", not a boolean/,
    ],
    [
      r => (r.Instances.InstanceFleets[0].InstanceFleetType = 'PRIMARY'),
      /InstanceFleets\[0\].InstanceFleetType is "PRIMARY", which is none of CORE, MASTER, TASK/,
    ],
    [r => (r.Instances.InstanceFleets = {}), /Instances.InstanceFleets is \{\}, not a list/],
    [r => (r.Instances.Ec2SubnetIds = [7]), /Ec2SubnetIds\[0\] is 7, not a string/],
    [r => (r.Configurations[0].Properties['spark.x'] = 1), /Properties.spark.x is 1, not a string/],
    [r => delete r.Steps[0].HadoopJarStep.Jar, /Steps\[0\].HadoopJarStep.Jar is missing/],
    [r => (r.Steps[0].ActionOnFailure = 'TERMINATE'), /ActionOnFailure is "TERMINATE"/],
    [r => r.Steps[0].HadoopJarStep.Args.push('x'.repeat(10_240)), /has 10\d{3} characters, more than 10240/],
    [r => (r.AutoTerminationPolicy.IdleTimeout = 30), /IdleTimeout is 30, not 60 to 604800/],
    [r => delete r.AutoTerminationPolicy, /AutoTerminationPolicy is missing/],
    [r => (r.Instances.InstanceGroups = []), /either InstanceFleets or InstanceGroups/],
  ]
  for (const [change, told] of cases)
    assert.throws(() => checkRequest(changed(change)), { code: 'bad_request', message: told, fault: 'user' })
})

test('all problems are told at once', () => {
  const twice = changed((request: Record<string, unknown>) => {
    request.Nmae = 'a'
    request.StepConcurrencyLevel = 'one'
  })
  assert.throws(() => checkRequest(twice), { message: /StepConcurrencyLevel is "one".*; Nmae is unknown/ })
})
