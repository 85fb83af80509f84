import { HubError, type HubErrorOptions } from '../../../base/HubError.ts'

/** One exception of the server, outermost first in a chain. */
export interface ServerException {
  /** Java class and its ancestors, for example `org.apache.spark.SparkException`. */
  readonly classes: readonly string[]
  readonly message: string
  /** Lines as Java prints them, `at class.method(File.scala:12)`; empty where the server keeps them back. */
  readonly stack: readonly string[]
  readonly errorClass?: string | undefined
  readonly sqlState?: string | undefined
  readonly messageParameters: Readonly<Record<string, string>>
}

export interface SparkErrorOptions extends HubErrorOptions {
  readonly chain?: readonly ServerException[]
  readonly executorText?: string | undefined
}

/** What a Spark server answered in place of a result. Codes: `spark_failed`, `spark_interrupted`, `spark_session_lost`. */
export class SparkError extends HubError {
  /** The server's exceptions, outermost first; Spark 3.5 tells only the first. */
  readonly chain: readonly ServerException[]
  /** What the worker process on the executor wrote, whole where the server passes it on whole. */
  readonly executorText: string | undefined

  constructor({ chain = [], executorText, ...options }: SparkErrorOptions) {
    super(options)
    this.chain = chain
    this.executorText = executorText
  }

  /** Spark's stable name of the error, for example `TABLE_OR_VIEW_NOT_FOUND`. */
  get errorClass(): string | undefined {
    return this.chain.find(({ errorClass }) => errorClass !== undefined)?.errorClass
  }

  /** Five letters and digits of the SQL standard, for example `42P01`. */
  get sqlState(): string | undefined {
    return this.chain.find(({ sqlState }) => sqlState !== undefined)?.sqlState
  }

  get messageParameters(): Readonly<Record<string, string>> {
    return this.chain.find(({ errorClass }) => errorClass !== undefined)?.messageParameters ?? {}
  }

  /** The server's exceptions with their stacks, as Java prints them. */
  get serverStack(): string {
    const lines = this.chain.flatMap(({ classes, message, stack }, index) => [
      `${index === 0 ? '' : 'Caused by: '}${classes[0] ?? 'exception'}: ${message}`,
      ...stack.map(line => `\t${line}`),
    ])
    return lines.join('\n')
  }
}
