import { type Data, type DataType, Field, type RecordBatch, Type } from 'apache-arrow'
import { HubError } from '../../../../base/HubError.ts'
import { type ColumnType, typeMappings } from '../../../../tables/column.ts'
import type { OutputColumn } from '../StageCommand.ts'
import type { OutputData } from './arrowBatches.ts'

/**
 * The columns that a stage declares, out of a batch that it gave; others are left out. Spark 3.5 does not check them itself: it would read
 * whatever lies in memory.
 * @throws HubError `wrong_schema` where one is absent, of another type, or null though it is declared NOT NULL
 */
export function conformOutput(
  stage: string,
  declared: readonly OutputColumn[],
  batch: RecordBatch,
): OutputData[] {
  return declared.map(([name, type, nullable]) => {
    const index = batch.schema.fields.findIndex(field => field.name === name)
    const data = batch.data.children[index]
    if (data === undefined)
      throw wrongSchema(
        stage,
        `has no column ${name}`,
        `it has ${batch.schema.names.map(String).join(', ') || 'no columns'}`,
      )
    const mapping = typeMappings[type] as (typeof typeMappings)[ColumnType] | undefined
    if (mapping === undefined)
      throw wrongSchema(stage, `is declared with a column ${name} of type ${type}`, '')
    const expected = mapping.arrow()
    if (!sameLayout(expected, data.type))
      throw wrongSchema(
        stage,
        `has a column ${name} of Arrow type ${data.type}`,
        `the stage declares it as ${type}: ${expected}`,
      )
    if (!nullable && data.nullCount > 0)
      throw wrongSchema(
        stage,
        `has ${data.nullCount} nulls in column ${name}`,
        'the stage declares it as never null',
      )
    return { field: new Field(name, expected, nullable), data: data.clone(expected as never) as Data }
  })
}

/** Whether data of one type can be taken for data of the other; time zones are only names. */
function sameLayout(expected: DataType, found: DataType): boolean {
  if (expected.typeId !== found.typeId) return false
  const details: Partial<Record<Type, readonly string[]>> = {
    [Type.Int]: ['bitWidth', 'isSigned'],
    [Type.Float]: ['precision'],
    [Type.Timestamp]: ['unit'],
  }
  for (const detail of details[expected.typeId] ?? [])
    if (Reflect.get(expected, detail) !== Reflect.get(found, detail)) return false
  const children = (type: DataType) => (type.children ?? []).map(({ type }: Field) => type)
  const inner = children(found)
  return children(expected).every((type, index) => {
    const other = inner[index]
    return other !== undefined && sameLayout(type, other)
  })
}

function wrongSchema(stage: string, found: string, hint: string): HubError {
  return new HubError({
    code: 'wrong_schema',
    message: `the output of stage ${stage} ${found}`,
    ...(hint === '' ? {} : { hint }),
  })
}
