import type { Step, StepStatus, StepSummary } from '@aws-sdk/client-emr'
import { dateOf } from './dateOf.ts'
import type { SimulatedStep } from './SimulatedStep.ts'

/** What ListSteps tells, and DescribeStep. */
export function toldStep(step: SimulatedStep): Step & StepSummary {
  const { HadoopJarStep, Name, ActionOnFailure } = step.config
  return {
    Id: step.id,
    Name,
    Config: {
      Jar: HadoopJarStep?.Jar,
      MainClass: HadoopJarStep?.MainClass,
      Args: HadoopJarStep?.Args ?? [],
      Properties: Object.fromEntries(
        (HadoopJarStep?.Properties ?? []).map(({ Key = '', Value = '' }) => [Key, Value]),
      ),
    },
    ActionOnFailure: ActionOnFailure ?? 'CONTINUE',
    Status: toldStepStatus(step),
  }
}

function toldStepStatus(step: SimulatedStep): StepStatus {
  return {
    State: step.state,
    StateChangeReason: {},
    FailureDetails: step.failure,
    Timeline: {
      CreationDateTime: dateOf(step.createdAt),
      StartDateTime: dateOf(step.startedAt),
      EndDateTime: dateOf(step.endedAt),
    },
  }
}
