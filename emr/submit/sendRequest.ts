import { AddJobFlowStepsCommand, RunJobFlowCommand } from '@aws-sdk/client-emr'
import { HubError } from '../../base/HubError.ts'
import type { EmrClients } from '../aws/emrClients.ts'
import type { CompiledRequest } from '../compile/compileJob.ts'
import type { Accepted } from '../runs/RunFiles.ts'
import { classifyFailure, type Failure } from './classifyFailure.ts'

export interface SendOptions {
  readonly clients: EmrClients
  readonly request: CompiledRequest
  readonly region: string
  /** Without an answer after this the call is ambiguous. */
  readonly milliseconds: number
  readonly signal: AbortSignal
}

export type Answer = ({ readonly kind: 'accepted' } & Pick<Accepted, 'clusterId' | 'stepId'>) | Failure

/** One call of EMR, never two. Throws the signal's reason when it is aborted: then nobody knows what EMR made of it. */
export async function sendRequest(options: SendOptions): Promise<Answer> {
  const { clients, request, region, milliseconds, signal } = options
  const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(milliseconds)])
  const ofStep = 'AddJobFlowSteps' in request
  const clusterId = ofStep ? request.AddJobFlowSteps.JobFlowId : undefined
  try {
    if (ofStep && clusterId !== undefined) {
      const { StepIds } = await clients.send.send(new AddJobFlowStepsCommand(request.AddJobFlowSteps), {
        abortSignal,
      })
      return { kind: 'accepted', clusterId, stepId: given(StepIds?.[0], 'step') }
    }
    if (!ofStep) {
      const { JobFlowId } = await clients.send.send(new RunJobFlowCommand(request.RunJobFlow), {
        abortSignal,
      })
      return { kind: 'accepted', clusterId: given(JobFlowId, 'cluster'), stepId: null }
    }
    throw new HubError({
      code: 'emr_refused',
      message: 'the request names no cluster (JobFlowId)',
      fault: 'user',
    })
  } catch (thrown) {
    signal.throwIfAborted()
    const action = ofStep ? `add the step to the cluster ${clusterId}` : 'start the cluster'
    return classifyFailure(thrown, { action, region, clusterId })
  }
}

function given(id: string | undefined, of: string): string {
  if (id !== undefined && id !== '') return id
  throw new HubError({ code: 'emr_unavailable', message: `EMR answered without an id of the ${of}` })
}
