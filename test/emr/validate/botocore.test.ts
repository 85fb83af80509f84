import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'node:test'
import type { CompiledRequest } from '../../../emr/compile/compileJob.ts'
import type { CreateScheduleInput } from '../../../emr/schedule/CreateScheduleInput.ts'
import { type BotocoreRequest, botocoreForTests } from '../../support/botocore.ts'

const fixtures = join(import.meta.dirname, '../../fixtures/emr')
const botocore = await botocoreForTests()

const read = <T>(file: string) => JSON.parse(readFileSync(join(fixtures, file), 'utf8')) as T
const schedules = readdirSync(fixtures).filter(file => file.endsWith('-schedule.json'))
const jobs = readdirSync(fixtures).filter(file => file.endsWith('.json') && !schedules.includes(file))

function compiled(file: string): BotocoreRequest {
  const { request } = read<{ readonly request: CompiledRequest }>(file)
  const [operation = ''] = Object.keys(request)
  return { service: 'emr', operation, parameters: Object.values(request)[0] }
}

/** What Scheduler is asked, and what it then asks of EMR: its universal targets take the members of the API by their names there. */
function scheduled(file: string): BotocoreRequest[] {
  const parameters = read<CreateScheduleInput>(file)
  const { Arn, Input } = parameters.Target
  assert.match(Arn, /:aws-sdk:emr:runJobFlow$/)
  return [
    { service: 'scheduler', operation: 'CreateSchedule', parameters },
    { service: 'emr', operation: 'RunJobFlow', parameters: JSON.parse(Input) },
  ]
}

test("AWS's SDK for Python finds nothing wrong with any golden request", { skip: botocore.skip }, () => {
  const requests = [...jobs.map(compiled), ...schedules.flatMap(scheduled)]
  const operations = requests.map(({ operation }) => operation)
  for (const [operation, least] of [
    ['RunJobFlow', 6],
    ['AddJobFlowSteps', 5],
    ['CreateSchedule', 1],
  ] as const)
    assert.ok(operations.filter(found => found === operation).length >= least, operation)
  const told = botocore.check(requests).map((faults, index) => `${operations[index]}: ${faults}`)
  assert.deepEqual(
    told,
    operations.map(operation => `${operation}: `),
  )
})

test('it would find what is wrong: a name, a type, what is missing', { skip: botocore.skip }, () => {
  const broken = (
    request: BotocoreRequest | undefined,
    // biome-ignore lint/suspicious/noExplicitAny: requests that are wrong in ways that types forbid
    change: (parameters: any) => void,
  ): BotocoreRequest => {
    const copy = structuredClone(request)
    assert.ok(copy !== undefined)
    change(copy.parameters)
    return copy
  }
  const run = compiled('nightly.json')
  const step = compiled('nightly-step.json')
  const [schedule, target] = scheduled(schedules[0] ?? '')
  const cases: [request: BotocoreRequest, told: RegExp][] = [
    [broken(run, p => delete p.Instances), /Missing required parameter in input: "Instances"/],
    [broken(run, p => (p.ReleaseLable = 'x')), /Unknown parameter in input: "ReleaseLable"/],
    [broken(run, p => (p.Steps[0].HadoopJarStep.Args = 'x')), /Invalid type for parameter Steps\[0\].*Args/],
    [broken(step, p => delete p.JobFlowId), /"JobFlowId"/],
    [broken(step, p => (p.Steps[0].name = 'x')), /Unknown parameter in Steps\[0\]: "name"/],
    [broken(schedule, p => delete p.FlexibleTimeWindow), /"FlexibleTimeWindow"/],
    [broken(schedule, p => (p.Target.RetryPolicy.MaximumRetryAttempts = '1')), /MaximumRetryAttempts/],
    [broken(target, p => (p.instances = p.Instances)), /Unknown parameter in input: "instances"/],
  ]
  const told = botocore.check(cases.map(([request]) => request))
  for (const [index, [, expected]] of cases.entries()) assert.match(told[index] ?? '', expected)
})
