/** What EventBridge Scheduler's CreateSchedule takes, of it what is used: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
export interface CreateScheduleInput {
  readonly Name: string
  readonly GroupName?: string
  readonly ScheduleExpression: string
  readonly ScheduleExpressionTimezone: string
  readonly StartDate?: Date
  readonly EndDate?: Date
  readonly State: 'ENABLED' | 'DISABLED'
  readonly FlexibleTimeWindow:
    | { readonly Mode: 'OFF' }
    | { readonly Mode: 'FLEXIBLE'; readonly MaximumWindowInMinutes: number }
  readonly Target: {
    readonly Arn: string
    readonly RoleArn: string
    /** JSON. */
    readonly Input: string
    readonly RetryPolicy: {
      readonly MaximumRetryAttempts: number
      readonly MaximumEventAgeInSeconds: number
    }
    readonly DeadLetterConfig?: { readonly Arn: string }
  }
}
