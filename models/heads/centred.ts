/** Values less their mean. */
export function centred(values: Float64Array): Float64Array {
  return centredColumns(values, 1)
}

/** A row-major matrix, each column less its mean. */
export function centredColumns(matrix: Float64Array, columns: number): Float64Array {
  const rows = matrix.length / columns
  const means = new Float64Array(columns)
  matrix.forEach((value, at) => {
    means[at % columns] = (means[at % columns] as number) + value / rows
  })
  return matrix.map((value, at) => value - (means[at % columns] as number))
}
