import { type Cause, ranks } from './Cause.ts'
import { accessCauses } from './causes/accessCauses.ts'
import { bootstrapCauses } from './causes/bootstrapCauses.ts'
import { capacityCauses } from './causes/capacityCauses.ts'
import { memoryCauses } from './causes/memoryCauses.ts'
import { nodeCauses } from './causes/nodeCauses.ts'
import { ownCauses } from './causes/ownCauses.ts'
import { programCauses } from './causes/programCauses.ts'
import { setupCauses } from './causes/setupCauses.ts'
import { sparkCauses } from './causes/sparkCauses.ts'
import { wrapperCauses } from './causes/wrapperCauses.ts'

/** Every cause that is known, in the order of their ranks: a line that several would match speaks for the first of them. */
export const causes: readonly Cause[] = [
  ...ownCauses,
  ...memoryCauses,
  ...accessCauses,
  ...capacityCauses,
  ...setupCauses,
  ...bootstrapCauses,
  ...programCauses,
  ...nodeCauses,
  ...sparkCauses,
  ...wrapperCauses,
].sort((a, b) => ranks.indexOf(a.rank) - ranks.indexOf(b.rank))
