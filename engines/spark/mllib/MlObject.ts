import { HubError, userError } from '../../../base/HubError.ts'
import { type DataFrame, runCommand } from '../connect/DataFrame.ts'
import type { ExecutionOptions } from '../connect/execute.ts'
import type { CommandPlan } from '../connect/plans.ts'
import type { SparkSession } from '../connect/SparkSession.ts'
import {
  type Expression_Literal,
  type MlCommandResult,
  MlOperator_OperatorType,
} from '../connect/spark_connect_pb.ts'
import type { MlParam } from './mlLiterals.ts'

type MlCommandPlan = Extract<NonNullable<CommandPlan['commandType']>, { case: 'mlCommand' }>['value']

export interface FitOptions extends ExecutionOptions {
  readonly session: SparkSession
  /** Java class of the estimator. */
  readonly estimator: string
  /** Names the operator in saved models. */
  readonly uid: string
  readonly params: Readonly<Record<string, MlParam>>
  readonly dataset: DataFrame
}

/** A model that MLlib keeps on the server for the session, until it is disposed of. */
export class MlObject implements AsyncDisposable {
  readonly #session: SparkSession
  readonly #id: string
  readonly uid: string

  private constructor(session: SparkSession, id: string, uid: string) {
    this.#session = session
    this.#id = id
    this.uid = uid
  }

  /**
   * Fits an estimator.
   * @throws HubError `spark_version` on Spark 3.5, whose Connect server has no MLlib
   */
  static async fit({ session, estimator, uid, params, dataset, ...options }: FitOptions): Promise<MlObject> {
    const operator = { name: estimator, uid, type: MlOperator_OperatorType.ESTIMATOR }
    const value = { estimator: operator, params: { params: { ...params } }, dataset: dataset.relation }
    return MlObject.#from(
      session,
      await mlCommand(session, { command: { case: 'fit', value } }, options),
      uid,
    )
  }

  /** Loads a saved model; `model` is its Java class. */
  static async load(options: { session: SparkSession; model: string; path: string }): Promise<MlObject> {
    const { session, model, path } = options
    const operator = { name: model, uid: 'loaded', type: MlOperator_OperatorType.MODEL }
    const command = { command: { case: 'read' as const, value: { operator, path } } }
    return MlObject.#from(session, await mlCommand(session, command), 'loaded')
  }

  static #from(session: SparkSession, result: MlCommandResult['resultType'], uid: string): MlObject {
    const info = result.case === 'operatorInfo' ? result.value : undefined
    if (info?.type.case === 'objRef') return new MlObject(session, info.type.value.id, info.uid ?? uid)
    throw new HubError({ code: 'spark_bad_result', message: 'MLlib gave no model' })
  }

  /** An attribute, or one of an attribute: `fetch('summary', 'objectiveHistory')`. */
  async fetch(...methods: readonly string[]): Promise<Expression_Literal> {
    const value = { objRef: { id: this.#id }, methods: methods.map(method => ({ method })) }
    const result = await mlCommand(this.#session, { command: { case: 'fetch', value } })
    if (result.case === 'param') return result.value
    throw new HubError({ code: 'spark_bad_result', message: `MLlib gave no ${methods.join('.')}` })
  }

  /** Its columns added to a table, when their rows are asked for. */
  transform(input: DataFrame): DataFrame {
    const transform = {
      operator: { case: 'objRef' as const, value: { id: this.#id } },
      input: input.relation,
    }
    const value = { mlType: { case: 'transform' as const, value: transform } }
    return input.derive({ relType: { case: 'mlRelation', value } })
  }

  /** Saves it as Spark's own code does; what is at the path is replaced. */
  async save(path: string): Promise<void> {
    const type = { case: 'objRef' as const, value: { id: this.#id } }
    await mlCommand(this.#session, {
      command: { case: 'write', value: { type, path, shouldOverwrite: true } },
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const value = { objRefs: [{ id: this.#id }] }
    // It goes with its session at the latest.
    await mlCommand(this.#session, { command: { case: 'delete', value } }).catch(() => {})
  }
}

async function mlCommand(
  session: SparkSession,
  value: MlCommandPlan,
  options?: ExecutionOptions,
): Promise<MlCommandResult['resultType']> {
  if (!/^[4-9]\./.test(session.version)) {
    throw userError(
      'spark_version',
      `MLlib cannot be reached over the Connect server of Spark ${session.version}`,
      'Spark 4.0 or newer; imagehub trains heads on Spark 3.5 with its own solver',
    )
  }
  const answers = await runCommand(session.rpc, { commandType: { case: 'mlCommand', value } }, options)
  const answer = answers.find(({ case: kind }) => kind === 'mlCommandResult')
  return answer?.case === 'mlCommandResult' ? answer.value.resultType : { case: undefined }
}
