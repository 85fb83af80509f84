import { defineJob } from '../../../jobs/define/defineJob.ts'
import small from './smallIngest.ts'

const { schedule: _, ...job } = small

/** Every night. */
export default defineJob({ ...job, name: 'small-nightly', schedule: 'cron(0 3 * * ? *)' })
