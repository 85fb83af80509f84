import type { CompiledRequest } from '../../../emr/compile/compileJob.ts'
import { RunStore } from '../../../emr/runs/RunStore.ts'
import { type Submitted, submitRun } from '../../../emr/submit/submitRun.ts'
import { openStorage } from '../../../storage/openStorage.ts'
import { type Scope, temporaryFolder } from '../../support/temporaryFolder.ts'
import { type FakeEmr, fakeEmr } from './fakeEmr.ts'

export const never = new AbortController().signal

export interface SubmitSettings {
  readonly runId?: string
  /** A step of this cluster instead of a cluster. */
  readonly clusterId?: string
  readonly settleMilliseconds?: number
  readonly signal?: AbortSignal
  readonly store?: RunStore
}

export interface Submitting {
  readonly emr: FakeEmr
  readonly notes: string[]
  store(runId?: string): RunStore
  submit(settings?: SubmitSettings): Promise<Submitted>
}

/** An EMR, an empty hub, and a way to submit runs of a job to it. */
export async function submitting(test: Scope): Promise<Submitting> {
  const emr = await fakeEmr(test)
  const storage = openStorage(await temporaryFolder(test))
  const notes: string[] = []
  const store = (runId = 'r1') => new RunStore(storage, { job: 'nightly', runId })
  return {
    emr,
    notes,
    store,
    submit: ({ runId = 'r1', clusterId, settleMilliseconds = 900, signal = never, store: given } = {}) =>
      submitRun({
        clients: emr.clients,
        store: given ?? store(runId),
        name: nameOf(runId),
        runId,
        region: 'eu-central-1',
        request: requestOf(runId, clusterId),
        signal,
        onNote: note => notes.push(note),
        settleMilliseconds,
      }),
  }
}

export const nameOf = (runId: string) => `imagehub nightly ${runId}`

export function requestOf(runId: string, clusterId?: string): CompiledRequest {
  const Steps = [{ Name: nameOf(runId), HadoopJarStep: { Jar: 'command-runner.jar' } }]
  return clusterId === undefined
    ? { RunJobFlow: { Name: nameOf(runId), Instances: {}, Steps } }
    : { AddJobFlowSteps: { JobFlowId: clusterId, Steps } }
}
