/** What a linear function is made of, or its derivatives by them: coefficients, row-major outputs × d, and an intercept for each output. */
export interface LinearModel {
  readonly coefficients: Float64Array
  readonly intercepts: Float64Array
}
