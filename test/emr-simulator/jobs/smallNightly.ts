import nightly from '../../../jobs/nightly.ts'
import small from './smallIngest.ts'

/** A whole night, on processors, on executors that fit a test's cluster. */
export default { ...nightly, name: 'whole-night', cluster: small.cluster }
