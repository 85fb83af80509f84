import { HubError } from '../../../base/HubError.ts'
import { quoteName } from './plans.ts'
import type { DataType, DataType_Struct } from './spark_connect_pb.ts'

/** Types whose DDL is one word. */
const words: Readonly<Record<string, string>> = {
  null: 'VOID',
  binary: 'BINARY',
  boolean: 'BOOLEAN',
  byte: 'TINYINT',
  short: 'SMALLINT',
  integer: 'INT',
  long: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  string: 'STRING',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  timestampNtz: 'TIMESTAMP_NTZ',
  calendarInterval: 'INTERVAL',
  variant: 'VARIANT',
}

/**
 * A type as Spark SQL writes it: `ARRAY<FLOAT>`, `STRUCT<a: INT NOT NULL, b: STRING>`. DDL cannot say whether an array's elements or a map's values may be
 * null. A user-defined type is
 * written as the type that stores it, or, where the server keeps that back, as `UDT(class)`, which is no DDL.
 */
export function dataTypeDdl(type: DataType | undefined): string {
  const kind = type?.kind ?? { case: undefined }
  switch (kind.case) {
    case 'decimal':
      return `DECIMAL(${kind.value.precision ?? 10},${kind.value.scale ?? 0})`
    case 'char':
      return `CHAR(${kind.value.length})`
    case 'varChar':
      return `VARCHAR(${kind.value.length})`
    case 'yearMonthInterval':
      return interval(['YEAR', 'MONTH'], kind.value)
    case 'dayTimeInterval':
      return interval(['DAY', 'HOUR', 'MINUTE', 'SECOND'], kind.value)
    case 'array':
      return `ARRAY<${dataTypeDdl(kind.value.elementType)}>`
    case 'map':
      return `MAP<${dataTypeDdl(kind.value.keyType)}, ${dataTypeDdl(kind.value.valueType)}>`
    case 'struct':
      return `STRUCT<${structFields(kind.value)}>`
    case 'udt':
      return kind.value.sqlType === undefined
        ? `UDT(${kind.value.jvmClass ?? kind.value.type})`
        : dataTypeDdl(kind.value.sqlType)
    case 'unparsed':
      return kind.value.dataTypeString
    case undefined:
      throw new HubError({
        code: 'spark_type',
        message: 'Spark gave a column of a type that imagehub does not know',
      })
    default:
      return words[kind.case] as string
  }
}

function structFields({ fields }: DataType_Struct): string {
  const one = ({ name, dataType, nullable }: DataType_Struct['fields'][number]) =>
    `${quoteName(name)}: ${dataTypeDdl(dataType)}${nullable ? '' : ' NOT NULL'}`
  return fields.map(one).join(', ')
}

function interval(
  units: readonly string[],
  {
    startField = 0,
    endField,
  }: { readonly startField?: number | undefined; readonly endField?: number | undefined },
) {
  const last = endField ?? units.length - 1
  const [from, to] = [units[startField], units[last]]
  return from === to ? `INTERVAL ${from}` : `INTERVAL ${from} TO ${to}`
}
