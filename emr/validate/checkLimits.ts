import type { AddJobFlowStepsCommandInput, RunJobFlowCommandInput, StepConfig } from '@aws-sdk/client-emr'
import type { ShapeProblem } from './checkShape.ts'

/** https://docs.aws.amazon.com/emr/latest/APIReference/API_RunJobFlow.html and API_AddJobFlowSteps.html */
const limits = {
  nameLength: 256,
  /** Characters of all values of a step together. */
  stepCharacters: 10_240,
  steps: 256,
  bootstrapActions: 16,
  tags: 200,
  fleetTypes: 30,
  idleSeconds: [60, 604_800],
} as const

/** What of a request is beyond EMR's documented limits. */
export function* checkLimits(
  input: RunJobFlowCommandInput | AddJobFlowStepsCommandInput,
): Generator<ShapeProblem> {
  yield* checkSteps(input.Steps ?? [])
  if (!('Instances' in input)) return
  yield* checkName('Name', input.Name ?? '')
  const instances = input.Instances ?? {}
  if ((instances.InstanceFleets === undefined) === (instances.InstanceGroups === undefined))
    yield { path: 'Instances', problem: 'has to have either InstanceFleets or InstanceGroups' }
  for (const [index, fleet] of (instances.InstanceFleets ?? []).entries()) {
    const path = `Instances.InstanceFleets[${index}]`
    const types = fleet.InstanceTypeConfigs ?? []
    if (types.length > limits.fleetTypes)
      yield { path, problem: `has ${types.length} instance types, more than ${limits.fleetTypes}` }
    if (fleet.InstanceFleetType === 'MASTER' && fleet.TargetOnDemandCapacity !== 1)
      yield { path, problem: 'is the primary one, whose TargetOnDemandCapacity is 1' }
  }
  const idle = input.AutoTerminationPolicy?.IdleTimeout
  if (input.AutoTerminationPolicy === undefined)
    yield { path: 'AutoTerminationPolicy', problem: 'is missing: a cluster that nothing ends costs money' }
  else if (idle === undefined || idle < limits.idleSeconds[0] || idle > limits.idleSeconds[1])
    yield {
      path: 'AutoTerminationPolicy.IdleTimeout',
      problem: `is ${idle}, not ${limits.idleSeconds.join(' to ')} seconds`,
    }
  if ((input.BootstrapActions?.length ?? 0) > limits.bootstrapActions)
    yield { path: 'BootstrapActions', problem: `are more than ${limits.bootstrapActions}` }
  if ((input.Tags?.length ?? 0) > limits.tags) yield { path: 'Tags', problem: `are more than ${limits.tags}` }
}

function* checkSteps(steps: readonly StepConfig[]): Generator<ShapeProblem> {
  if (steps.length > limits.steps) yield { path: 'Steps', problem: `are more than ${limits.steps}` }
  for (const [index, { Name = '', HadoopJarStep }] of steps.entries()) {
    yield* checkName(`Steps[${index}].Name`, Name)
    const values = [HadoopJarStep?.Jar, HadoopJarStep?.MainClass, ...(HadoopJarStep?.Args ?? [])]
    const characters = values.reduce((sum, value) => sum + (value?.length ?? 0), 0)
    if (characters > limits.stepCharacters)
      yield {
        path: `Steps[${index}].HadoopJarStep`,
        problem: `has ${characters} characters, more than ${limits.stepCharacters}`,
      }
  }
}

function* checkName(path: string, name: string): Generator<ShapeProblem> {
  if (name.length === 0 || name.length > limits.nameLength)
    yield { path, problem: `has ${name.length} characters, not 1 to ${limits.nameLength}` }
  const [forbidden] = /[<>$|`]/.exec(name) ?? []
  if (forbidden !== undefined) yield { path, problem: `has ${forbidden}, which EMR does not take in names` }
}
