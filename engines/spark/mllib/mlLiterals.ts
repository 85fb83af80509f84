import type { MessageInitShape } from '@bufbuild/protobuf'
import { HubError } from '../../../base/HubError.ts'
import type { Expression_Literal, Expression_LiteralSchema } from '../connect/spark_connect_pb.ts'

/** A parameter of an MLlib operator; Spark wants doubles and integers told apart. */
export type MlParam = MessageInitShape<typeof Expression_LiteralSchema>

export const text = (value: string): MlParam => ({ literalType: { case: 'string', value } })
export const integer = (value: number): MlParam => ({ literalType: { case: 'integer', value } })
export const double = (value: number): MlParam => ({ literalType: { case: 'double', value } })
export const flag = (value: boolean): MlParam => ({ literalType: { case: 'boolean', value } })

/** What a model's attribute may be. */
type Literal = Expression_Literal | undefined

export function readNumber(literal: Literal): number {
  const type = literal?.literalType
  if (type?.case === 'byte' || type?.case === 'integer' || type?.case === 'double') return type.value
  throw unexpected(literal, 'a number')
}

export function readNumbers(literal: Literal): Float64Array {
  const type = literal?.literalType
  if (type?.case === 'array') return Float64Array.from(type.value.elements, readNumber)
  const values = type?.case === 'specializedArray' ? type.value.valueType : undefined
  if (values?.case === 'doubles' || values?.case === 'ints') return Float64Array.from(values.value.values)
  throw unexpected(literal, 'numbers')
}

export function readTexts(literal: Literal): string[] {
  const type = literal?.literalType
  if (type?.case === 'specializedArray' && type.value.valueType.case === 'strings') {
    return type.value.valueType.value.values
  }
  if (type?.case !== 'array') throw unexpected(literal, 'texts')
  return type.value.elements.map(element => {
    if (element.literalType.case === 'string') return element.literalType.value
    throw unexpected(element, 'a text')
  })
}

/** Fields of MLlib's VectorUDT: type (0 sparse, 1 dense), size, indices, values. */
export function readVector(literal: Literal): Float64Array {
  const [type, size, indices, values] = fieldsOf(literal, 'org.apache.spark.ml.linalg.VectorUDT')
  if (readNumber(type) === 1) return readNumbers(values)
  const vector = new Float64Array(readNumber(size))
  const positions = readNumbers(indices)
  readNumbers(values).forEach((value, at) => {
    vector[positions[at] ?? 0] = value
  })
  return vector
}

export interface Matrix {
  readonly rows: number
  readonly columns: number
  /** Row-major. */
  readonly values: Float64Array
}

/** Fields of MLlib's MatrixUDT: type (0 sparse, 1 dense), rows, columns, colPtrs, rowIndices, values, isTransposed (row-major). */
export function readMatrix(literal: Literal): Matrix {
  const fields = fieldsOf(literal, 'org.apache.spark.ml.linalg.MatrixUDT')
  const [type, rowCount, columnCount, pointers, indices, stored, transposed] = fields
  const [rows, columns] = [readNumber(rowCount), readNumber(columnCount)]
  const isRowMajor = transposed?.literalType.case === 'boolean' && transposed.literalType.value
  const from = readNumbers(stored)
  const values = new Float64Array(rows * columns)
  const put = (major: number, minor: number, value: number) => {
    values[isRowMajor ? major * columns + minor : minor * columns + major] = value
  }
  const [majors, minors] = isRowMajor ? [rows, columns] : [columns, rows]
  if (readNumber(type) === 1) {
    from.forEach((value, at) => {
      put(Math.floor(at / minors), at % minors, value)
    })
  } else {
    const [starts, places] = [readNumbers(pointers), readNumbers(indices)]
    for (let major = 0; major < majors; major += 1) {
      for (let at = starts[major] ?? 0; at < (starts[major + 1] ?? 0); at += 1) {
        put(major, places[at] ?? 0, from[at] ?? 0)
      }
    }
  }
  return { rows, columns, values }
}

function fieldsOf(literal: Literal, jvmClass: string): readonly Expression_Literal[] {
  const type = literal?.literalType
  const kind = type?.case === 'struct' ? type.value.structType?.kind : undefined
  if (type?.case === 'struct' && kind?.case === 'udt' && kind.value.jvmClass === jvmClass)
    return type.value.elements
  throw unexpected(literal, jvmClass)
}

function unexpected(literal: Literal, wanted: string): HubError {
  const given = literal?.literalType.case ?? 'nothing'
  return new HubError({
    code: 'spark_bad_result',
    message: `MLlib answered with ${given} where ${wanted} was due`,
  })
}
