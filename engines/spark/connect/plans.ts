import type { MessageInitShape } from '@bufbuild/protobuf'
import type { CommandSchema, ExpressionSchema, PlanSchema, RelationSchema } from './spark_connect_pb.ts'

/** What a Relation is made from: plain data, checked by its type. */
export type RelationPlan = MessageInitShape<typeof RelationSchema>
export type CommandPlan = MessageInitShape<typeof CommandSchema>
export type ExpressionPlan = MessageInitShape<typeof ExpressionSchema>
type AnyPlan = MessageInitShape<typeof PlanSchema>

export const queryPlan = (root: RelationPlan): AnyPlan => ({ opType: { case: 'root', value: root } })

export const commandPlan = (command: CommandPlan): AnyPlan => ({
  opType: { case: 'command', value: command },
})

/** An expression that Spark parses, for example `a + 1 AS b`. */
export const sqlExpression = (expression: string): ExpressionPlan => ({
  exprType: { case: 'expressionString', value: { expression } },
})

/** A column by its exact name. */
export const columnExpression = (name: string): ExpressionPlan => ({
  exprType: { case: 'unresolvedAttribute', value: { unparsedIdentifier: quoteName(name) } },
})

/** A name as Spark SQL takes it whatever characters it holds. */
export const quoteName = (name: string): string => `\`${name.replaceAll('`', '``')}\``
