import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { answerError } from './answer.ts'
import type { ClusterEnding } from './ClusterEnding.ts'
import { type DeadLetter, type Delivery, deliverSchedule } from './deliverSchedule.ts'
import { EmrService } from './EmrService.ts'
import { type EmrSimulatorOptions, settingsOf } from './EmrSimulatorOptions.ts'
import { handleCall } from './handleCall.ts'
import { SchedulerService } from './SchedulerService.ts'
import { type Call, Service } from './Service.ts'
import { ServiceError } from './ServiceError.ts'
import type { SimulatedSchedule } from './SimulatedSchedule.ts'
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
    handleCall(request, response, { service, emr, scheduler }).catch((error: unknown) => {
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
