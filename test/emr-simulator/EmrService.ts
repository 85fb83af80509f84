import * as emr from '@aws-sdk/client-emr'
import { Clusters } from './Clusters.ts'
import { checkInput } from './checkInput.ts'
import { clusterOperations } from './clusterOperations.ts'
import type { Fault } from './faults.ts'
import type { Service } from './Service.ts'
import { ServiceError } from './ServiceError.ts'
import { stepOperations } from './stepOperations.ts'

/** EMR without its protocol. */
export class EmrService {
  readonly clusters: Clusters
  readonly #service: Service
  readonly #operations: Readonly<Record<string, (input: never) => object>>

  constructor(service: Service) {
    this.#service = service
    this.clusters = new Clusters(service.settings)
    this.#operations = { ...clusterOperations(this.clusters), ...stepOperations(this.clusters) }
  }

  /** See Service.call. @param operation as it is counted, with a prefix where EMR is called by another service */
  async call(operation: string, json: unknown, fault: Fault): Promise<object | undefined> {
    const name = operation.replace(/^.*\./, '')
    const act = this.#operations[name]
    const schema = (emr as unknown as Record<string, readonly unknown[]>)[`${name}Input$`]
    if (act === undefined || schema === undefined)
      throw new ServiceError('UnknownOperationException', `the simulator has no ${name}`)
    return await this.#service.call({ operation, fault, input: json }, () =>
      act(checkInput<never>(json, schema)),
    )
  }
}
