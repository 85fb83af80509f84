import type {
  AddJobFlowStepsInput,
  AddJobFlowStepsOutput,
  CancelStepsInfo,
  CancelStepsInput,
  CancelStepsOutput,
  DescribeStepInput,
  DescribeStepOutput,
  ListStepsInput,
  ListStepsOutput,
} from '@aws-sdk/client-emr'
import { checkLimits } from '../../emr/validate/checkLimits.ts'
import type { Clusters } from './Clusters.ts'
import { refuseProblems } from './checkInput.ts'
import { pageOf } from './pageOf.ts'
import { invalidRequest, validation } from './ServiceError.ts'
import { toldStep } from './toldStep.ts'

/** https://docs.aws.amazon.com/emr/latest/ManagementGuide/AddingStepstoaJobFlow.html */
const mostActiveSteps = 256

/** Operations of EMR on steps, by name. Each throws ServiceErrors. */
export function stepOperations(clusters: Clusters) {
  const { now, listingDelayMilliseconds } = clusters.settings
  return {
    AddJobFlowSteps(input: AddJobFlowStepsInput): AddJobFlowStepsOutput {
      const cluster = clusters.ofJobFlow(input.JobFlowId)
      refuseProblems([...checkLimits(input)])
      if (cluster.ending !== undefined)
        throw validation('A job flow that is shutting down, terminating, or finished may not be modified.')
      const steps = input.Steps ?? []
      const active = cluster.steps.filter(step => !step.hasEnded).length
      if (active + steps.length > mostActiveSteps)
        throw validation(
          "Maximum number of active steps(State = 'Running', 'Pending' or 'Cancel_Pending') for cluster exceeded.",
        )
      const concurrent = (cluster.request.StepConcurrencyLevel ?? 1) > 1
      if (concurrent && steps.some(({ ActionOnFailure = 'CONTINUE' }) => ActionOnFailure !== 'CONTINUE'))
        throw validation('ActionOnFailure is not valid: with a StepConcurrencyLevel above 1 it is CONTINUE.')
      return { StepIds: cluster.addSteps(steps).map(({ id }) => id) }
    },

    DescribeStep({ ClusterId, StepId }: DescribeStepInput): DescribeStepOutput {
      const step = clusters.of(ClusterId).steps.find(({ id }) => id === StepId)
      if (step === undefined) throw invalidRequest(`Step id '${StepId}' is not valid.`)
      return { Step: toldStep(step) }
    },

    ListSteps({ ClusterId, StepStates, StepIds, Marker }: ListStepsInput): ListStepsOutput {
      if ((StepIds?.length ?? 0) > 10) throw invalidRequest('At most 10 step ids may be given.')
      const all = clusters
        .of(ClusterId)
        .steps.filter(({ createdAt }) => now() - createdAt >= listingDelayMilliseconds)
        .filter(({ state }) => StepStates === undefined || StepStates.includes(state))
        .filter(({ id }) => StepIds === undefined || StepIds.includes(id))
        .reverse()
      const { items, marker } = pageOf(all, { idOf: ({ id }) => id, marker: Marker })
      return { Steps: items.map(toldStep), Marker: marker }
    },

    CancelSteps(input: CancelStepsInput): CancelStepsOutput {
      const { ClusterId, StepIds = [], StepCancellationOption = 'SEND_INTERRUPT' } = input
      const cluster = clusters.of(ClusterId)
      if (StepIds.length > mostActiveSteps) throw invalidRequest('At most 256 step ids may be given.')
      return {
        CancelStepsInfoList: StepIds.map((StepId): CancelStepsInfo => {
          const Reason = cluster.cancel(StepId, StepCancellationOption)
          return Reason === undefined ? { StepId, Status: 'SUBMITTED' } : { StepId, Status: 'FAILED', Reason }
        }),
      }
    },
  }
}
