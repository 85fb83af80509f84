import type { DataFrame } from '../connect/DataFrame.ts'
import { quoteName, sqlExpression } from '../connect/plans.ts'

/** The table with a column of numbers (an array) as MLlib's vectors, under another name. */
export function withVector(
  input: DataFrame,
  { column, as }: { readonly column: string; readonly as: string },
): DataFrame {
  // A function of Connect's clients, which SQL does not know.
  const vector = {
    functionName: 'array_to_vector',
    isInternal: true,
    arguments: [sqlExpression(`CAST(${quoteName(column)} AS ARRAY<DOUBLE>)`)],
  }
  const expr = { exprType: { case: 'unresolvedFunction' as const, value: vector } }
  const alias = { exprType: { case: 'alias' as const, value: { expr, name: [as] } } }
  const value = { input: input.relation, expressions: [sqlExpression('*'), alias] }
  return input.derive({ relType: { case: 'project', value } })
}
