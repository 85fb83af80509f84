import type { ListSchedulesInput } from '@aws-sdk/client-scheduler'
import type { SchedulerService } from './SchedulerService.ts'

export interface Route {
  readonly operation: string
  /** @throws ServiceError */
  act(body: unknown): object
}

/** The operation of Scheduler that a request of its REST protocol is for; undefined where there is none. */
export function schedulerRoute(
  scheduler: SchedulerService,
  method: string | undefined,
  url: URL,
): Route | undefined {
  const [, folder, encoded] = url.pathname.split('/')
  if (folder !== 'schedules') return undefined
  const name = decodeURIComponent(encoded ?? '')
  const group = url.searchParams.get('groupName') ?? undefined
  if (name === '')
    return method === 'GET'
      ? { operation: 'ListSchedules', act: () => scheduler.listSchedules(listing(url)) }
      : undefined
  const named = (body: unknown) => ({ ...(body as object), Name: name })
  const routes: Readonly<Record<string, Route>> = {
    POST: { operation: 'CreateSchedule', act: body => scheduler.createSchedule(named(body)) },
    PUT: { operation: 'UpdateSchedule', act: body => scheduler.updateSchedule(named(body)) },
    GET: { operation: 'GetSchedule', act: () => scheduler.getSchedule(name, group) },
    DELETE: { operation: 'DeleteSchedule', act: () => scheduler.deleteSchedule(name, group) },
  }
  return routes[method ?? '']
}

function listing({ searchParams }: URL): ListSchedulesInput {
  const given = (name: string) => searchParams.get(name) ?? undefined
  const most = given('MaxResults')
  return {
    GroupName: given('ScheduleGroup'),
    NamePrefix: given('NamePrefix'),
    State: given('State') as ListSchedulesInput['State'],
    NextToken: given('NextToken'),
    MaxResults: most === undefined ? undefined : Number(most),
  }
}
