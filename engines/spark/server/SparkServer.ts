import type { HubError } from '../../../base/HubError.ts'
import type { SparkAddress } from '../connect/SparkAddress.ts'

/** A Connect server that runs as an application of this process, and ends with it however that ends; it does not keep it alive. */
export interface SparkServer extends AsyncDisposable {
  /** A port of this machine, or a Unix socket; with the token where it asks for one. */
  readonly address: SparkAddress
  /** For example `4.0.1`. */
  readonly version: string
  /** Of its JVM. */
  readonly pid: number
  /** Fulfilled when it has ended: undefined where it was told to, else a HubError `spark_server_died` with the end of its log. */
  readonly ended: Promise<HubError | undefined>
  /** Ends it; fulfilled when it and its temporary folder are gone. */
  stop(): Promise<void>
}
