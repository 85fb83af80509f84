import type { IncomingMessage, ServerResponse } from 'node:http'
import { answer, bodyOf } from './answer.ts'
import type { EmrService } from './EmrService.ts'
import type { SchedulerService } from './SchedulerService.ts'
import type { Service } from './Service.ts'
import { ServiceError } from './ServiceError.ts'
import { schedulerRoute } from './schedulerRoute.ts'

export interface Services {
  readonly service: Service
  readonly emr: EmrService
  readonly scheduler: SchedulerService
}

/** Does what a request asks for, or what its fault says. @throws ServiceError that is the answer */
export async function handleCall(
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
