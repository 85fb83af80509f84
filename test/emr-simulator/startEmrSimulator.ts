import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { answer, answerError, bodyOf } from './answer.ts'
import type { ClusterEnding } from './ClusterEnding.ts'
import { type DeadLetter, type Delivery, deliverSchedule } from './deliverSchedule.ts'
import { EmrService } from './EmrService.ts'
import { type EmrSimulatorOptions, settingsOf } from './EmrSimulatorOptions.ts'
import { SchedulerService } from './SchedulerService.ts'
import { type Call, Service } from './Service.ts'
import { ServiceError } from './ServiceError.ts'
import type { SimulatedSchedule } from './SimulatedSchedule.ts'
import { schedulerRoute } from './schedulerRoute.ts'
import { type ClusterSnapshot, snapshotOf } from './snapshotOf.ts'

export interface DeliverOptions {
  /** Scheduler starts at least once: more than once for the same time where this says so. @default 1 */
  readonly times?: number
  /** @default default */
  readonly group?: string
}

export interface EmrSimulator extends AsyncDisposable {
  /** For AWS_ENDPOINT_URL_EMR and AWS_ENDPOINT_URL_SCHEDULER. */
  readonly url: string
  readonly region: string
  /** All that it holds, oldest first. */
  clusters(): ClusterSnapshot[]
  schedules(): SimulatedSchedule[]
  /** What arrived, in order. */
  calls(): readonly Call[]
  deadLetters(): readonly DeadLetter[]
  /** As if AWS or somebody else ended it. @throws ServiceError for a cluster that there is not */
  endCluster(clusterId: string, ending: ClusterEnding): void
  /** Settles when a cluster has ended and nothing of its steps runs any more. */
  ended(clusterId: string): Promise<void>
  /**
   * Does what Scheduler does when a time of a schedule has come; nothing for one that is disabled or whose StartDate and EndDate leave it out.
   * @throws ServiceError for a schedule that there is not
   */
  deliver(name: string, scheduledTime: Date, options?: DeliverOptions): Promise<Delivery[]>
  /** Until `listen` nothing listens at its port: connections are refused. */
  stopListening(): Promise<void>
  listen(): Promise<void>
}

/** How long a step that was killed may take to notice. */
const longestEndMilliseconds = 5000

/**
 * Amazon EMR and EventBridge Scheduler on 127.0.0.1, for the AWS SDK's own clients. The caller disposes of it, which kills what runs.
 */
export async function startEmrSimulator(options: EmrSimulatorOptions = {}): Promise<EmrSimulator> {
  const settings = settingsOf(options)
  const service = new Service(settings)
  const emr = new EmrService(service)
  const scheduler = new SchedulerService(service)
  const deadLetters: DeadLetter[] = []

  const server = createServer((request, response) => {
    handle(request, response, { service, emr, scheduler }).catch((error: unknown) => {
      if (error instanceof ServiceError) return answerError(response, error)
      // A client that went away ends its request; all else is a mistake in here.
      if (!request.socket.destroyed) console.error('EMR simulator:', error)
      request.socket.destroy()
    })
  })
  let port = 0
  const listen = async () => {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
    port = (server.address() as AddressInfo).port
  }
  const stopListening = async () => {
    const closed = new Promise(resolve => server.close(resolve))
    server.closeAllConnections()
    await closed
  }
  await listen()

  return {
    url: `http://127.0.0.1:${port}`,
    region: settings.region,
    clusters: () => emr.clusters.all.map(snapshotOf),
    schedules: () => structuredClone([...scheduler.schedules.values()]),
    calls: () => service.calls,
    deadLetters: () => deadLetters,
    endCluster: (id, ending) => emr.clusters.of(id).end(ending),
    ended: id => emr.clusters.of(id).ended(),
    async deliver(name, scheduledTime, { times = 1, group = 'default' } = {}) {
      const schedule = scheduler.of(name, group)
      const { State, StartDate, EndDate, ActionAfterCompletion, ScheduleExpression } = schedule.input
      const outside =
        scheduledTime < (StartDate ?? scheduledTime) || scheduledTime > (EndDate ?? scheduledTime)
      if (State === 'DISABLED' || outside) return []
      const deliveries: Delivery[] = []
      for (let time = 0; time < times; time += 1)
        deliveries.push(await deliverSchedule({ schedule, emr, service, scheduledTime }))
      deadLetters.push(...deliveries.flatMap(({ deadLetter }) => deadLetter ?? []))
      if (ActionAfterCompletion === 'DELETE' && ScheduleExpression?.startsWith('at('))
        scheduler.deleteSchedule(name, group)
      return deliveries
    },
    listen,
    stopListening,
    async [Symbol.asyncDispose]() {
      if (server.listening) await stopListening()
      for (const cluster of emr.clusters.all)
        cluster.end({ code: 'INTERNAL_ERROR', message: 'the simulator was closed' })
      const ends = Promise.all(emr.clusters.all.map(cluster => cluster.ended()))
      await Promise.race([ends, sleep(longestEndMilliseconds, undefined, { ref: false })])
    },
  }
}

interface Services {
  readonly service: Service
  readonly emr: EmrService
  readonly scheduler: SchedulerService
}

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  { service, emr, scheduler }: Services,
): Promise<void> {
  const target = /^ElasticMapReduce\.(\w+)$/.exec(String(request.headers['x-amz-target']))?.[1]
  const route = schedulerRoute(scheduler, request.method, new URL(request.url ?? '/', 'http://localhost'))
  const operation = target ?? route?.operation
  if (operation === undefined) throw new ServiceError('UnknownOperationException', 'no such operation', 404)
  const fault = service.faultOf(operation)
  if (fault === 'refuse_connection') return void request.socket.resetAndDestroy()
  const text = await bodyOf(request)
  checkSignature(request, target === undefined ? 'scheduler' : 'elasticmapreduce')
  const json: unknown = text === '' ? {} : JSON.parse(text)
  const answered =
    target === undefined
      ? await service.call(
          { operation, fault, input: json, throttledStatus: 429 },
          () => route?.act(json) ?? {},
        )
      : await emr.call(operation, json, fault)
  if (answered !== undefined) answer(response, answered)
  else if (fault !== 'no_answer') request.socket.destroy()
}

/** Who signed is not checked, only that it was, for this service. */
function checkSignature(request: IncomingMessage, service: string): void {
  const scope = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/[^/]+\/(\w+)\/aws4_request/
  const signed = scope.exec(request.headers.authorization ?? '')?.[1]
  if (signed === undefined)
    throw new ServiceError('MissingAuthenticationTokenException', 'Missing Authentication Token', 403)
  if (signed !== service)
    throw new ServiceError(
      'InvalidSignatureException',
      `Credential should be scoped to correct service: '${service}'.`,
      403,
    )
}
