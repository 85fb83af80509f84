import {
  type CreateScheduleInput,
  CreateScheduleInput$,
  type CreateScheduleOutput,
  type GetScheduleOutput,
  type ListSchedulesInput,
  type ListSchedulesOutput,
} from '@aws-sdk/client-scheduler'
import { checkInput } from './checkInput.ts'
import { checkSchedule } from './checkSchedule.ts'
import { pageOf } from './pageOf.ts'
import type { Service } from './Service.ts'
import { ServiceError } from './ServiceError.ts'
import { type SimulatedSchedule, scheduleArn } from './SimulatedSchedule.ts'

const notFound = (what: string) =>
  new ServiceError('ResourceNotFoundException', `${what} does not exist.`, 404)

/** EventBridge Scheduler without its protocol: it stores schedules and starts nothing by itself. */
export class SchedulerService {
  readonly schedules = new Map<string, SimulatedSchedule>()
  readonly #service: Service
  /** What was created under a token: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html */
  readonly #tokens = new Map<string, string>()

  constructor(service: Service) {
    this.#service = service
  }

  createSchedule(json: unknown): CreateScheduleOutput {
    const { group, name, key, input } = this.#read(json)
    const token = input.ClientToken
    if (this.schedules.has(key)) {
      if (token !== undefined && this.#tokens.get(token) === key) return this.#arnOf(group, name)
      throw new ServiceError('ConflictException', `Schedule ${name} already exists.`, 409)
    }
    if (token !== undefined) this.#tokens.set(token, key)
    const now = this.#service.settings.now()
    this.#store({ group, name, input, createdAt: now, modifiedAt: now })
    return this.#arnOf(group, name)
  }

  /** Takes nothing over from what was there. */
  updateSchedule(json: unknown): CreateScheduleOutput {
    const { group, name, input } = this.#read(json)
    const { createdAt } = this.of(name, group)
    this.#store({ group, name, input, createdAt, modifiedAt: this.#service.settings.now() })
    return this.#arnOf(group, name)
  }

  getSchedule(name: string, group = 'default'): GetScheduleOutput {
    const { arn, input, createdAt, modifiedAt } = this.of(name, group)
    const { ClientToken, ...told } = input
    return {
      ...told,
      Arn: arn,
      GroupName: group,
      State: input.State ?? 'ENABLED',
      ScheduleExpressionTimezone: input.ScheduleExpressionTimezone ?? 'UTC',
      ActionAfterCompletion: input.ActionAfterCompletion ?? 'NONE',
      CreationDate: new Date(createdAt),
      LastModificationDate: new Date(modifiedAt),
    }
  }

  deleteSchedule(name: string, group = 'default'): object {
    this.of(name, group)
    this.schedules.delete(`${group}/${name}`)
    return {}
  }

  listSchedules(input: ListSchedulesInput): ListSchedulesOutput {
    const { GroupName, NamePrefix = '', State, NextToken, MaxResults = 100 } = input
    if (GroupName !== undefined) this.#checkGroup(GroupName)
    const all = [...this.schedules.values()]
      .filter(({ group }) => GroupName === undefined || group === GroupName)
      .filter(({ name }) => name.startsWith(NamePrefix))
      .filter(({ input }) => State === undefined || (input.State ?? 'ENABLED') === State)
      .sort((a, b) => (a.arn < b.arn ? -1 : 1))
    const { items, marker } = pageOf(all, { idOf: ({ arn }) => arn, marker: NextToken, size: MaxResults })
    const Schedules = items.map(({ arn, name, group, input, createdAt, modifiedAt }) => ({
      Arn: arn,
      Name: name,
      GroupName: group,
      State: input.State ?? 'ENABLED',
      CreationDate: new Date(createdAt),
      LastModificationDate: new Date(modifiedAt),
      Target: { Arn: input.Target?.Arn },
    }))
    return { Schedules, NextToken: marker }
  }

  /** @throws ServiceError */
  of(name: string, group: string): SimulatedSchedule {
    this.#checkGroup(group)
    const schedule = this.schedules.get(`${group}/${name}`)
    if (schedule === undefined) throw notFound(`Schedule ${name}`)
    return schedule
  }

  #read(json: unknown) {
    const input = checkInput<CreateScheduleInput>(json, CreateScheduleInput$)
    checkSchedule(input)
    const { Name: name = '', GroupName: group = 'default' } = input
    this.#checkGroup(group)
    return { group, name, key: `${group}/${name}`, input }
  }

  #checkGroup(group: string): void {
    if (group !== 'default' && !this.#service.settings.scheduleGroups.includes(group))
      throw notFound(`Schedule group ${group}`)
  }

  #store(schedule: Omit<SimulatedSchedule, 'arn'>): void {
    const { group, name } = schedule
    const arn = scheduleArn(this.#service.settings.region, group, name)
    this.schedules.set(`${group}/${name}`, { ...schedule, arn })
  }

  #arnOf(group: string, name: string): CreateScheduleOutput {
    return { ScheduleArn: scheduleArn(this.#service.settings.region, group, name) }
  }
}
