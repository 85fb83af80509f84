import { userError } from '../../base/HubError.ts'

/** Embeddings of many images: one row each, row-major, all of one length. */
export interface Features {
  readonly data: Float32Array
  readonly rows: number
  readonly columns: number
}

/** @throws HubError `bad_features` for a shape that the data does not fill, `feature_not_finite` for NaN or infinity (names the row). */
export function checkFeatures({ data, rows, columns }: Features): void {
  if (!(rows > 0 && columns > 0)) {
    throw userError(
      'bad_features',
      `there are ${rows} rows of ${columns} features`,
      'give at least one of each',
    )
  }
  if (data.length !== rows * columns) {
    throw userError(
      'bad_features',
      `${data.length} numbers do not make ${rows} rows of ${columns} features`,
      `${rows * columns} are needed`,
    )
  }
  for (let row = 0; row < rows; row++) {
    // Zero times anything finite is zero; times NaN or infinity it is NaN: one addition for each number, no branch.
    let poison = 0
    for (let at = row * columns; at < (row + 1) * columns; at++) poison += (data[at] as number) * 0
    if (poison !== 0) {
      const column = data.subarray(row * columns, (row + 1) * columns).findIndex(x => !Number.isFinite(x))
      throw userError(
        'feature_not_finite',
        `row ${row}, feature ${column} is ${data[row * columns + column]}`,
        'every feature must be a finite number: compute that embedding again or leave the row out',
      )
    }
  }
}
