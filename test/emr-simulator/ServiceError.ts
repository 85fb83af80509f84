/** An error that a service of AWS answers with. */
export class ServiceError extends Error {
  /** Its name in the service's model: ValidationException, ... */
  readonly type: string
  /** Of HTTP. */
  readonly status: number

  constructor(type: string, message: string, status = 400) {
    super(message)
    this.type = type
    this.status = status
  }
}

export const validation = (message: string) => new ServiceError('ValidationException', message)
export const invalidRequest = (message: string) => new ServiceError('InvalidRequestException', message)
export const throttling = (status = 400) => new ServiceError('ThrottlingException', 'Rate exceeded', status)
export const internalError = () =>
  new ServiceError('InternalServerException', 'An internal error occurred.', 500)

/** What EMR and IAM refuse that has to do with the account: for `refuse` of the options. */
export const refusals = {
  unknownInstanceProfile: (name: string) => validation(`Invalid InstanceProfile: ${name}.`),
  unknownServiceRole: (name: string) => validation(`Invalid ServiceRole: ${name}.`),
  expiredToken: () =>
    new ServiceError('ExpiredTokenException', 'The security token included in the request is expired'),
  accessDenied: (action: string) =>
    new ServiceError(
      'AccessDeniedException',
      `User: arn:aws:sts::123456789012:assumed-role/submitter/test is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
    ),
  instanceTypeNotSupported: (type: string) => validation(`Instance type '${type}' is not supported.`),
} as const satisfies Record<string, (named: string) => ServiceError>
