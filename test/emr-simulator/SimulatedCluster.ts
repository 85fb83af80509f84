import { setTimeout as sleep } from 'node:timers/promises'
import type {
  ClusterState,
  RunJobFlowInput,
  StepCancellationOption,
  StepConfig,
  StepState,
} from '@aws-sdk/client-emr'
import { type ClusterEnding, endings } from './ClusterEnding.ts'
import type { Settings } from './EmrSimulatorOptions.ts'
import { type InstanceFact, instanceFacts } from './instanceFacts.ts'
import { newId } from './newId.ts'
import type { StepOutcome } from './RunStep.ts'
import { SimulatedStep, type StateAt } from './SimulatedStep.ts'

/** A cluster with its life, which begins when it is made. */
export class SimulatedCluster {
  readonly id = newId('j')
  readonly request: RunJobFlowInput
  readonly steps: SimulatedStep[] = []
  readonly history: StateAt<ClusterState>[] = []
  readonly instances: readonly InstanceFact[]
  ending: ClusterEnding | undefined
  readyAt: number | undefined
  /** Seconds; undefined where nothing ends an idle cluster. */
  idleTimeout: number | undefined
  /** Settles when the cluster has ended. */
  readonly life: Promise<void>
  readonly #settings: Settings
  readonly #endingBegan = new AbortController()
  readonly #runs = new Set<Promise<unknown>>()
  #wake = Promise.withResolvers<void>()
  #waitsForSteps: boolean

  constructor(request: RunJobFlowInput, settings: Settings) {
    this.request = request
    this.#settings = settings
    this.#waitsForSteps = request.Instances?.KeepJobFlowAliveWhenNoSteps ?? false
    this.idleTimeout = request.AutoTerminationPolicy?.IdleTimeout
    this.instances = instanceFacts(request)
    this.#enter('STARTING')
    this.addSteps(request.Steps ?? [])
    this.life = this.#live()
  }

  get state(): ClusterState {
    return this.history.at(-1)?.state ?? 'STARTING'
  }

  get createdAt(): number {
    return this.history[0]?.at ?? 0
  }

  get endedAt(): number | undefined {
    return this.state.startsWith('TERMINATED') ? this.history.at(-1)?.at : undefined
  }

  get primaryId(): string {
    return this.instances.find(({ role }) => role === 'MASTER')?.ec2Id ?? 'i-0'
  }

  addSteps(configs: readonly StepConfig[]): SimulatedStep[] {
    const steps = configs.map(config => new SimulatedStep(config, this.#settings.now))
    this.steps.push(...steps)
    this.#stir()
    return steps
  }

  setIdleTimeout(seconds: number | undefined): void {
    this.idleTimeout = seconds
    this.#stir()
  }

  /** Does nothing to a cluster that is ending. */
  end(ending: ClusterEnding): void {
    if (this.ending !== undefined) return
    this.ending = ending
    this.#enter('TERMINATING')
    for (const step of this.steps) {
      if (step.state === 'PENDING') step.enter('CANCELLED')
      else step.killed.abort()
    }
    this.#endingBegan.abort()
  }

  /** @returns why it cannot be cancelled; undefined where it will be, after a while. */
  cancel(stepId: string, how: StepCancellationOption): string | undefined {
    const step = this.steps.find(({ id }) => id === stepId)
    if (step === undefined) return `Step id '${stepId}' is not valid.`
    if (step.hasEnded) return `Step ${stepId} is in the state ${step.state}, which cannot be cancelled.`
    if (step.state === 'RUNNING') step.enter('CANCEL_PENDING')
    void sleep(this.#settings.delays.cancelling).then(() => {
      if (step.state === 'PENDING') return step.enter('CANCELLED')
      step.interrupted.abort()
      if (how === 'TERMINATE_PROCESS') step.killed.abort()
    })
    return undefined
  }

  /** Settles when nothing of its steps runs any more. */
  async ended(): Promise<void> {
    await this.life
    await Promise.allSettled(this.#runs)
  }

  async #live(): Promise<void> {
    const { delays, launchFailure, bootstrapFailure, now } = this.#settings
    await this.#wait(delays.starting)
    this.#endFor(launchFailure(this.request, this.primaryId))
    if (this.ending === undefined) {
      this.#enter('BOOTSTRAPPING')
      await this.#wait(delays.bootstrapping)
      this.#endFor(bootstrapFailure(this.request, this.primaryId))
    }
    if (this.ending === undefined) {
      this.readyAt = now()
      this.#enter('RUNNING')
    }
    while (this.ending === undefined) await this.#work()
    await sleep(delays.terminating)
    const { code, state } = this.ending as ClusterEnding
    const clean = code === 'USER_REQUEST' || code === 'ALL_STEPS_COMPLETED'
    this.#enter(state ?? (clean ? 'TERMINATED' : 'TERMINATED_WITH_ERRORS'))
  }

  /** One step, or the wait for one. */
  async #work(): Promise<void> {
    const step = this.steps.find(({ state }) => state === 'PENDING')
    if (step !== undefined) {
      this.#enter('RUNNING')
      return await this.#run(step)
    }
    if (!this.#waitsForSteps) {
      const failed = this.steps.some(({ state }) => state === 'FAILED')
      return this.end(failed ? endings.stepsCompletedWithErrors : endings.stepsCompleted)
    }
    this.#enter('WAITING')
    this.#wake = Promise.withResolvers()
    const idle = (this.idleTimeout ?? Number.POSITIVE_INFINITY) * this.#settings.delays.idleSecond
    const timer = Number.isFinite(idle) ? setTimeout(() => this.end(endings.idle), idle) : undefined
    this.#endingBegan.signal.addEventListener('abort', () => this.#stir(), { once: true })
    await this.#wake.promise
    clearTimeout(timer)
  }

  async #run(step: SimulatedStep): Promise<void> {
    const { runStep, stepOfEndedCluster } = this.#settings
    step.enter('RUNNING')
    const { promise: killed, resolve } = Promise.withResolvers<void>()
    step.killed.signal.addEventListener('abort', () => resolve(), { once: true })
    const run = runStep(step.config, {
      clusterId: this.id,
      stepId: step.id,
      cluster: this.request,
      interrupted: step.interrupted.signal,
      killed: step.killed.signal,
    }).catch((error: unknown): StepOutcome => {
      // As of a machine that cannot even begin; a test that did not mean it sees why.
      return { exitCode: 1, failure: { Reason: 'Unknown Error.', Message: String(error) } }
    })
    this.#runs.add(run)
    const outcome = await Promise.race([run, killed])
    if (this.ending !== undefined) return step.enter(stepOfEndedCluster)
    // Cancelling a step does not do what its failure would:
    // https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-cancel-steps.html
    if (step.interrupted.signal.aborted || outcome === undefined) return step.enter('CANCELLED')
    if (outcome.exitCode === 0) return step.enter('COMPLETED')
    this.#fail(step, outcome)
  }

  #fail(step: SimulatedStep, { failure }: StepOutcome): void {
    const { LogUri } = this.request
    step.failure = failure ?? {
      Reason: 'Unknown Error.',
      Message: '',
      ...(LogUri && {
        LogFile: `${LogUri.replace(/\/*$/, '/')}${this.id}/steps/${step.id}/stderr.gz`,
      }),
    }
    step.enter('FAILED')
    // EMR's default for a step that says nothing.
    const action = step.config.ActionOnFailure ?? 'CONTINUE'
    if (action === 'TERMINATE_CLUSTER' || action === 'TERMINATE_JOB_FLOW') this.end(endings.stepFailed)
    if (action !== 'CANCEL_AND_WAIT') return
    for (const other of this.steps) if (other.state === 'PENDING') other.enter('CANCELLED')
    this.#waitsForSteps = true
  }

  #endFor(ending: ClusterEnding | undefined): void {
    if (ending !== undefined) this.end(ending)
  }

  async #wait(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#endingBegan.signal }).catch(() => {})
  }

  #stir(): void {
    this.#wake.resolve()
  }

  #enter(state: ClusterState | StepState): void {
    if (this.state !== state || this.history.length === 0)
      this.history.push({ state: state as ClusterState, at: this.#settings.now() })
  }
}
