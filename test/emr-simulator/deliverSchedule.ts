import { randomUUID } from 'node:crypto'
import type { EmrService } from './EmrService.ts'
import type { Service } from './Service.ts'
import { ServiceError } from './ServiceError.ts'
import type { SimulatedSchedule } from './SimulatedSchedule.ts'

/** Scheduler's own: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html */
const defaultRetries = 185

/** What Scheduler puts into a dead-letter queue: https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html */
export interface DeadLetter {
  readonly queueArn: string
  readonly body: string
  readonly attributes: Readonly<Record<string, string>>
}

export interface Attempt {
  /** Null where it did not answer with one, which does not say that none was started. */
  readonly clusterId: string | null
  /** Null for one that succeeded. */
  readonly error: string | null
}

export interface Delivery {
  readonly attempts: readonly Attempt[]
  readonly deadLetter: DeadLetter | null
}

export interface DeliverScheduleOptions {
  readonly schedule: SimulatedSchedule
  readonly emr: EmrService
  readonly service: Service
  readonly scheduledTime: Date
}

/** Calls EMR for a time of a schedule, as often as its retry policy says, without a wait between. */
export async function deliverSchedule(options: DeliverScheduleOptions): Promise<Delivery> {
  const { schedule, scheduledTime } = options
  const { Target } = schedule.input
  const retries = Target?.RetryPolicy?.MaximumRetryAttempts ?? defaultRetries
  const attempts: Attempt[] = []
  for (;;) {
    const executionId = randomUUID()
    const { retry, body, ...attempt } = await attemptOnce(options, executionId, attempts.length + 1)
    attempts.push(attempt)
    if (attempt.error === null) return { attempts, deadLetter: null }
    if (retry && attempts.length <= retries) continue
    const [, code = '', message = ''] = /^(\w+): (.*)$/s.exec(attempt.error) ?? []
    const queueArn = Target?.DeadLetterConfig?.Arn
    if (queueArn === undefined) return { attempts, deadLetter: null }
    const attributes = {
      ERROR_CODE: code,
      ERROR_MESSAGE: message,
      EXECUTION_ID: executionId,
      ...(retry && { EXHAUSTED_RETRY_CONDITION: 'MaximumRetryAttempts' }),
      IS_PAYLOAD_TRUNCATED: 'false',
      RETRY_ATTEMPTS: String(attempts.length - 1),
      SCHEDULE_ARN: schedule.arn,
      SCHEDULED_TIME: timeText(scheduledTime),
      TARGET_ARN: Target?.Arn ?? '',
    }
    return { attempts, deadLetter: { queueArn, body, attributes } }
  }
}

async function attemptOnce(
  { schedule, emr, service, scheduledTime }: DeliverScheduleOptions,
  executionId: string,
  number: number,
): Promise<Attempt & { readonly retry: boolean; readonly body: string }> {
  const { Arn = '', Input = '' } = schedule.input.Target ?? {}
  const body = Input.replaceAll('<aws.scheduler.scheduled-time>', timeText(scheduledTime))
    .replaceAll('<aws.scheduler.schedule-arn>', schedule.arn)
    .replaceAll('<aws.scheduler.execution-id>', executionId)
    .replaceAll('<aws.scheduler.attempt-number>', String(number))
  const operation = Arn.endsWith(':runJobFlow') ? 'Scheduler.RunJobFlow' : 'Scheduler.AddJobFlowSteps'
  const failed = (error: string, retry: boolean) => ({ clusterId: null, error, retry, body })
  try {
    const json = JSON.parse(body) as { JobFlowId?: string }
    const answer = await emr.call(operation, json, service.faultOf(operation))
    if (answer === undefined) return failed('ConnectionError: no answer', true)
    const clusterId = (answer as { JobFlowId?: string }).JobFlowId ?? json.JobFlowId ?? null
    return { clusterId, error: null, retry: false, body }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error
    const retry = error.status >= 500 || error.type === 'ThrottlingException'
    return failed(`${error.type}: ${error.message}`, retry)
  }
}

/** 2022-03-22T18:59:43Z */
const timeText = (time: Date) => time.toISOString().replace(/\.\d+Z$/, 'Z')
