import type { Settings } from './EmrSimulatorOptions.ts'
import { doneBefore, type Fault } from './faults.ts'
import { internalError, throttling } from './ServiceError.ts'

/** A call that arrived. */
export interface Call {
  readonly operation: string
  readonly fault: Fault
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly at: number
}

export interface ServiceCall extends Pick<Call, 'operation' | 'fault'> {
  readonly input: unknown
  /** Of HTTP, for a call that is throttled. @default EMR's 400 */
  readonly throttledStatus?: number
}

/** Counts calls and has done to them what the options say. */
export class Service {
  readonly calls: Call[] = []
  readonly settings: Settings

  constructor(settings: Settings) {
    this.settings = settings
  }

  /** To be asked once for each call, as it comes. */
  faultOf(operation: string): Fault {
    const number = this.calls.filter(call => call.operation === operation).length + 1
    const fault = this.settings.faults(operation, number)
    this.calls.push({ operation, fault, at: this.settings.now() })
    return fault
  }

  /**
   * @returns the answer; undefined where none is to be given
   * @throws ServiceError that is the answer
   */
  async call<T>(
    { operation, fault, input, throttledStatus }: ServiceCall,
    act: () => T,
  ): Promise<T | undefined> {
    if (fault === 'throttle') throw throttling(throttledStatus)
    if (fault === 'internal_error') throw internalError()
    if (!doneBefore.has(fault)) return undefined
    const refusal = this.settings.refuse(operation, input)
    if (refusal !== undefined) throw refusal
    const answer = act()
    if (fault === 'internal_error_after') throw internalError()
    return fault === 'none' ? answer : undefined
  }
}
