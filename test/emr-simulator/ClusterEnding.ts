import type { ClusterStateChangeReasonCode, ErrorDetail } from '@aws-sdk/client-emr'

/** Why a cluster ends. */
export interface ClusterEnding {
  readonly code: ClusterStateChangeReasonCode
  readonly message: string
  /** What the cluster comes to. @default TERMINATED for `USER_REQUEST` and `ALL_STEPS_COMPLETED`, else TERMINATED_WITH_ERRORS */
  readonly state?: 'TERMINATED' | 'TERMINATED_WITH_ERRORS'
  readonly errorDetails?: readonly ErrorDetail[]
}

/** EMR's own texts, where tools that match them have written them down; that of idle clusters is a guess. */
export const endings = {
  stepsCompleted: { code: 'ALL_STEPS_COMPLETED', message: 'Steps completed' },
  stepsCompletedWithErrors: {
    code: 'STEP_FAILURE',
    message: 'Steps completed with errors',
    state: 'TERMINATED',
  },
  stepFailed: { code: 'STEP_FAILURE', message: 'Shut down as step failed' },
  byUser: { code: 'USER_REQUEST', message: 'Terminated by user request' },
  idle: { code: 'ALL_STEPS_COMPLETED', message: 'Terminated by auto-termination policy' },
  primaryLost: { code: 'INSTANCE_FAILURE', message: 'The master node was terminated. ' },
  noCapacity: {
    code: 'INTERNAL_ERROR',
    message: 'Insufficient Instance Capacity',
    errorDetails: [
      {
        ErrorCode: 'INTERNAL_ERROR_EC2_INSUFFICIENT_CAPACITY_AZ',
        ErrorMessage:
          'EC2 does not have sufficient m5.xlarge capacity in the Availability Zone you requested (eu-central-1a).',
      },
    ],
  },
} as const satisfies Record<string, ClusterEnding>

/** As of a bootstrap action that exits with another code than 0 on the primary machine. @param number from 1 */
export function bootstrapFailed(instanceId: string, number = 1): ClusterEnding {
  const message = `On the master instance (${instanceId}), bootstrap action ${number} returned a non-zero return code`
  return {
    code: 'BOOTSTRAP_FAILURE',
    message,
    errorDetails: [
      {
        ErrorCode: 'BOOTSTRAP_FAILURE_PRIMARY_WITH_NON_ZERO_CODE',
        ErrorData: [{ 'instance-id': instanceId }, { 'bootstrap-action': String(number) }],
        ErrorMessage: message,
      },
    ],
  }
}

/** As of an instance type that the zone does not have. */
export function typeNotSupported(type: string): ClusterEnding {
  const message = `The requested instance type ${type} is not supported in the requested availability zone.`
  return {
    code: 'VALIDATION_ERROR',
    message,
    errorDetails: [
      {
        ErrorCode: 'VALIDATION_ERROR_INSTANCE_TYPE_NOT_SUPPORTED',
        ErrorData: [{ 'instance-type': type }],
        ErrorMessage: message,
      },
    ],
  }
}
