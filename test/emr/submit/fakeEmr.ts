import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { EMRClient } from '@aws-sdk/client-emr'
import type { EmrClients } from '../../../emr/aws/emrClients.ts'
import type { Scope } from '../../support/temporaryFolder.ts'

/** What goes wrong with a call. */
export type Fault =
  /** An error of the service, with nothing done. */
  | { readonly refuse: string; readonly message?: string; readonly status?: number }
  /** The connection breaks: before anything is done, or after it is. */
  | 'dropped'
  | 'lost'
  /** It is done, and the answer is a 500. */
  | 'failed after'
  /** It is done, and no answer comes. */
  | 'silent'

export const throttled: Fault = { refuse: 'ThrottlingException', message: 'Rate exceeded' }

export interface FakeStep {
  Id: string
  Name: string
  created: number
  State: string
  began?: number
  ended?: number
  FailureDetails?: { Reason: string; Message: string }
  cancelledBy?: string
}

export interface FakeMachine {
  type: string
  market?: 'SPOT' | 'ON_DEMAND'
  state?: string
  /** Milliseconds since 1970. */
  created: number
  ended?: number
}

export interface FakeCluster {
  Id: string
  Name: string
  created: number
  LogUri?: string
  State: string
  StateChangeReason?: { Code: string; Message: string }
  steps: FakeStep[]
  ended?: number
  machines?: FakeMachine[]
}

export interface FakeEmr {
  readonly clients: EmrClients
  readonly clusters: FakeCluster[]
  /** The name of each call that arrived, in order. */
  readonly calls: string[]
  cluster(given: Partial<FakeCluster> & { Id: string }): FakeCluster
  /** Looked at before each call; `nth` counts the calls of an operation from 1. */
  fault: (operation: string, nth: number) => Fault | undefined
  /** Until a new cluster or step shows in listings. */
  listingMilliseconds: number
}

export const pageSize = 2

interface Input {
  readonly Name: string
  readonly JobFlowId: string
  readonly ClusterId: string
  readonly StepId: string
  readonly StepIds: string[]
  readonly StepCancellationOption: string
  readonly JobFlowIds: string[]
  readonly Steps: { readonly Name: string }[]
  readonly CreatedAfter: number
  readonly Marker?: string
}

class Refusal extends Error {}

/** The part of EMR that submitting and following use, over HTTP, with no life of its own: a test sets the states. Ends with the test. */
export async function fakeEmr(test: Scope): Promise<FakeEmr> {
  const clusters: FakeCluster[] = []
  const calls: string[] = []
  const counts = new Map<string, number>()
  let ids = 0
  const newSteps = (steps: readonly { readonly Name: string }[] = []): FakeStep[] =>
    steps.map(({ Name }) => ({ Id: `s-${++ids}`, Name, created: Date.now(), State: 'PENDING' }))

  const clusterOf = (id: string) => {
    const cluster = clusters.find(({ Id }) => Id === id)
    if (cluster === undefined) throw new Refusal(`Cluster id '${id}' is not valid.`)
    return cluster
  }
  const listed = ({ created }: { readonly created: number }) =>
    Date.now() - created >= fake.listingMilliseconds
  const page = <T>(all: readonly T[], { Marker }: Input, as: (item: T) => unknown) => {
    const from = Number(Marker ?? 0)
    const rest = from + pageSize < all.length ? { Marker: String(from + pageSize) } : {}
    return { items: all.slice(from, from + pageSize).map(as), rest }
  }
  const operations: Record<string, (input: Input) => unknown> = {
    RunJobFlow: ({ Name, Steps }) => {
      const cluster = fake.cluster({ Id: `j-${++ids}`, Name, State: 'STARTING', steps: newSteps(Steps) })
      return { JobFlowId: cluster.Id }
    },
    AddJobFlowSteps: ({ JobFlowId, Steps }) => {
      const steps = newSteps(Steps)
      clusterOf(JobFlowId).steps.push(...steps)
      return { StepIds: steps.map(({ Id }) => Id) }
    },
    ListClusters: input => {
      const all = clusters.filter(c => listed(c) && c.created / 1000 >= input.CreatedAfter)
      const { items, rest } = page(all.reverse(), input, toldCluster)
      return { Clusters: items, ...rest }
    },
    ListSteps: input => {
      const all = clusterOf(input.ClusterId).steps.filter(listed).reverse()
      const { items, rest } = page(all, input, toldStep)
      return { Steps: items, ...rest }
    },
    ListInstances: input => {
      const { items, rest } = page(clusterOf(input.ClusterId).machines ?? [], input, toldMachine)
      return { Instances: items, ...rest }
    },
    DescribeCluster: ({ ClusterId }) => ({ Cluster: toldCluster(clusterOf(ClusterId)) }),
    DescribeStep: ({ ClusterId, StepId }) => {
      const step = clusterOf(ClusterId).steps.find(({ Id }) => Id === StepId)
      if (step === undefined) throw new Refusal(`Step id '${StepId}' is not valid.`)
      return { Step: toldStep(step) }
    },
    CancelSteps: ({ ClusterId, StepIds, StepCancellationOption }) => ({
      CancelStepsInfoList: StepIds.map(id => {
        const step = clusterOf(ClusterId).steps.find(({ Id }) => Id === id)
        if (step === undefined || !['PENDING', 'RUNNING'].includes(step.State))
          return { StepId: id, Status: 'FAILED', Reason: 'it has ended' }
        step.cancelledBy = StepCancellationOption
        if (step.State === 'PENDING' || StepCancellationOption === 'TERMINATE_PROCESS')
          step.State = 'CANCELLED'
        return { StepId: id, Status: 'SUBMITTED' }
      }),
    }),
    TerminateJobFlows: ({ JobFlowIds }) => {
      for (const id of JobFlowIds)
        Object.assign(clusterOf(id), {
          State: 'TERMINATING',
          StateChangeReason: { Code: 'USER_REQUEST', Message: 'User request' },
        })
      return {}
    },
  }

  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).replace('ElasticMapReduce.', '')
    const input = JSON.parse(await bodyOf(request)) as Input
    calls.push(operation)
    counts.set(operation, (counts.get(operation) ?? 0) + 1)
    const fault = fake.fault(operation, counts.get(operation) ?? 0)
    if (fault === 'dropped') return request.socket.destroy()
    if (typeof fault === 'object')
      return answer(response, fault.status ?? 400, { __type: fault.refuse, message: fault.message ?? '' })
    try {
      const output = operations[operation]?.(input)
      if (fault === 'lost') return request.socket.destroy()
      if (fault === 'failed after') return answer(response, 500, { __type: 'InternalFailure' })
      if (fault !== 'silent') answer(response, 200, output)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      answer(response, 400, { __type: 'InvalidRequestException', Message: error.message })
    }
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const settings = {
    region: 'eu-central-1',
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  }
  const clients = {
    read: new EMRClient({ ...settings, maxAttempts: 3 }),
    send: new EMRClient({ ...settings, maxAttempts: 1 }),
  }
  test.after(() => {
    clients.read.destroy()
    clients.send.destroy()
    server.closeAllConnections()
    server.close()
  })
  const fake: FakeEmr = {
    clients,
    clusters,
    calls,
    cluster(given) {
      const cluster = { Name: 'shared', created: Date.now(), State: 'RUNNING', steps: [], ...given }
      clusters.push(cluster)
      return cluster
    },
    fault: () => undefined,
    listingMilliseconds: 0,
  }
  return fake
}

function toldCluster({ Id, Name, created, ended, LogUri, State, StateChangeReason }: FakeCluster) {
  const Timeline = { CreationDateTime: created / 1000, EndDateTime: seconds(ended) }
  return { Id, Name, LogUri, Status: { State, StateChangeReason, Timeline } }
}

function toldStep({ Id, Name, created, State, began, ended, FailureDetails }: FakeStep) {
  const Timeline = {
    CreationDateTime: created / 1000,
    StartDateTime: seconds(began),
    EndDateTime: seconds(ended),
  }
  return { Id, Name, Status: { State, FailureDetails, Timeline } }
}

function toldMachine({ type, market = 'ON_DEMAND', state = 'TERMINATED', created, ended }: FakeMachine) {
  const Timeline = { CreationDateTime: created / 1000, EndDateTime: seconds(ended) }
  return { InstanceType: type, Market: market, Status: { State: state, Timeline } }
}

const seconds = (milliseconds: number | undefined) =>
  milliseconds === undefined ? undefined : milliseconds / 1000

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(body))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  return Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString()
}
