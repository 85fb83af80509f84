import type { RecordBatch } from 'apache-arrow'
import { HubError, userError } from '../../../base/HubError.ts'
import { dataTypeDdl } from './dataTypeDdl.ts'
import { decodeBatch } from './decodeBatch.ts'
import { type ExecutionOptions, execute } from './execute.ts'
import {
  type CommandPlan,
  columnExpression,
  commandPlan,
  queryPlan,
  type RelationPlan,
  sqlExpression,
} from './plans.ts'
import type { Rpc } from './Rpc.ts'
import {
  AnalyzePlanRequest_Explain_ExplainMode,
  type ExecutePlanResponse,
  WriteOperation_SaveMode,
} from './spark_connect_pb.ts'

/** A column of a DataFrame. */
export interface SparkField {
  readonly name: string
  /** As Spark SQL writes it, for example `ARRAY<FLOAT>`. */
  readonly type: string
  readonly nullable: boolean
}

export interface MapInArrowOptions {
  /** For plans and messages. */
  readonly name: string
  /** What the worker process gets; Spark does not look into it. */
  readonly command: Uint8Array
  /** Columns that come back, as DDL: `id BIGINT, embedding ARRAY<FLOAT>`. */
  readonly output: string
  /** All tasks at once or none. @default false */
  readonly barrier?: boolean
}

const saveModes = {
  append: WriteOperation_SaveMode.APPEND,
  overwrite: WriteOperation_SaveMode.OVERWRITE,
  error: WriteOperation_SaveMode.ERROR_IF_EXISTS,
  ignore: WriteOperation_SaveMode.IGNORE,
} as const

export interface WriteOptions extends ExecutionOptions {
  /** `parquet`, `noop`, ... */
  readonly format: string
  /** None for formats that write nowhere. */
  readonly path?: string
  readonly mode: keyof typeof saveModes
  readonly options?: Readonly<Record<string, string>>
  readonly partitionBy?: readonly string[]
}

/** Of PythonEvalType: maps an iterator of Arrow batches. */
const mapArrowIterator = 207

/** A table that Spark would compute: nothing runs until rows are asked for. Methods that return a DataFrame ask nobody. */
export class DataFrame {
  readonly rpc: Rpc
  readonly relation: RelationPlan
  readonly #sparkVersion: string

  constructor(rpc: Rpc, sparkVersion: string, relation: RelationPlan) {
    this.rpc = rpc
    this.relation = relation
    this.#sparkVersion = sparkVersion
  }

  /** Another table of the same session. */
  derive(relation: RelationPlan): DataFrame {
    return new DataFrame(this.rpc, this.#sparkVersion, relation)
  }

  /** Columns by SQL expressions: `id`, `width * height AS area`, `*`. */
  select(...expressions: readonly string[]): DataFrame {
    const value = { input: this.relation, expressions: expressions.map(sqlExpression) }
    return this.derive({ relType: { case: 'project', value } })
  }

  /** Rows for which an SQL condition holds. */
  where(condition: string): DataFrame {
    const value = { input: this.relation, condition: sqlExpression(condition) }
    return this.derive({ relType: { case: 'filter', value } })
  }

  limit(rows: number): DataFrame {
    return this.derive({ relType: { case: 'limit', value: { input: this.relation, limit: rows } } })
  }

  /** So many partitions: rows with equal expressions together, or dealt out evenly when none are given. */
  repartition(partitions: number, ...expressions: readonly string[]): DataFrame {
    if (!Number.isInteger(partitions) || partitions < 1 || partitions > 0x7fffffff) {
      throw userError('bad_parameter', `${partitions} partitions`, 'a whole number from 1')
    }
    const input = this.relation
    if (expressions.length === 0) {
      const value = { input, numPartitions: partitions, shuffle: true }
      return this.derive({ relType: { case: 'repartition', value } })
    }
    const value = { input, numPartitions: partitions, partitionExprs: expressions.map(sqlExpression) }
    return this.derive({ relType: { case: 'repartitionByExpression', value } })
  }

  /**
   * Sends each partition as Arrow batches through the process that stands in Python's place on the executors, with every column. Asks the
   * server for the columns first.
   */
  async mapInArrow({ name, command, output, barrier = false }: MapInArrowOptions): Promise<DataFrame> {
    const columns = await this.schema()
    const outputType = { kind: { case: 'unparsed' as const, value: { dataTypeString: output } } }
    const pythonUdf = {
      outputType,
      evalType: mapArrowIterator,
      command,
      pythonVer: `node/${this.#sparkVersion}`,
    }
    const func = {
      functionName: name,
      deterministic: true,
      arguments: columns.map(column => columnExpression(column.name)),
      function: { case: 'pythonUdf' as const, value: pythonUdf },
    }
    return this.derive({
      relType: { case: 'mapPartitions', value: { input: this.relation, func, isBarrier: barrier } },
    })
  }

  /** The columns; Spark resolves names and types for that, and reads footers or samples where a source has no schema. */
  async schema({ signal }: { readonly signal?: AbortSignal | undefined } = {}): Promise<SparkField[]> {
    const analyze = { case: 'schema' as const, value: { plan: queryPlan(this.relation) } }
    const { result } = await this.rpc.call(
      (client, head, options) => client.analyzePlan({ ...head, analyze }, options),
      { signal },
    )
    const kind = result.case === 'schema' ? result.value.schema?.kind : undefined
    if (kind?.case !== 'struct')
      throw new HubError({ code: 'spark_bad_result', message: 'Spark gave no schema' })
    return kind.value.fields.map(({ name, dataType, nullable }) => ({
      name,
      type: dataTypeDdl(dataType),
      nullable,
    }))
  }

  /** Spark's plan for it, for people. */
  async explain(): Promise<string> {
    const explainMode = AnalyzePlanRequest_Explain_ExplainMode.FORMATTED
    const analyze = { case: 'explain' as const, value: { plan: queryPlan(this.relation), explainMode } }
    const { result } = await this.rpc.call((client, head, options) =>
      client.analyzePlan({ ...head, analyze }, options),
    )
    return result.case === 'explain' ? result.value.explainString : ''
  }

  /**
   * Computes it: its rows in order, as Arrow batches of some MB without empty ones. Who stops reading, or aborts, ends the work on the server.
   * @throws SparkError what went wrong on the server
   * @throws HubError `spark_unreachable`, `spark_bad_result`, `spark_message_too_large`
   */
  async *batches(options: ExecutionOptions = {}): AsyncGenerator<RecordBatch> {
    let rows = 0
    for await (const { responseType } of execute(this.rpc, queryPlan(this.relation), options)) {
      if (responseType.case !== 'arrowBatch') continue
      const { data, rowCount, startOffset } = responseType.value
      if (startOffset !== undefined && Number(startOffset) !== rows) {
        const message = `the Spark server sent row ${startOffset} where row ${rows} follows`
        throw new HubError({ code: 'spark_bad_result', message })
      }
      const batch = decodeBatch(data, Number(rowCount))
      rows += Number(rowCount)
      if (batch !== undefined) yield batch
    }
  }

  /** Gives it a name in SQL, for this session; replaces a view of that name. */
  async createView(name: string): Promise<void> {
    const value = { input: this.relation, name, replace: true }
    await this.#command({ commandType: { case: 'createDataframeView', value } })
  }

  /** Computes it and writes the rows. */
  async write({ format, path, mode, options, partitionBy, ...execution }: WriteOptions): Promise<void> {
    const value = {
      input: this.relation,
      source: format,
      mode: saveModes[mode],
      partitioningColumns: [...(partitionBy ?? [])],
      options: { ...options },
      ...(path === undefined ? {} : { saveType: { case: 'path' as const, value: path } }),
    }
    await this.#command({ commandType: { case: 'writeOperation', value } }, execution)
  }

  async #command(command: CommandPlan, options?: ExecutionOptions): Promise<void> {
    await runCommand(this.rpc, command, options)
  }
}

/** Runs a command to its end: all that the server answered. */
export async function runCommand(
  rpc: Rpc,
  command: CommandPlan,
  options?: ExecutionOptions,
): Promise<ExecutePlanResponse['responseType'][]> {
  const answers: ExecutePlanResponse['responseType'][] = []
  for await (const { responseType } of execute(rpc, commandPlan(command), options)) answers.push(responseType)
  return answers
}
