/** A time as the SDK has it. */
export const dateOf = (milliseconds: number | undefined) =>
  milliseconds === undefined ? undefined : new Date(milliseconds)
