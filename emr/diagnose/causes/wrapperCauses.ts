import type { Cause } from '../Cause.ts'

const logs = ['status', 'step', 'container'] as const

/** Texts that say only that something failed: what they wrap is the cause, if it is in the logs. */
export const wrapperCauses: readonly Cause[] = [
  {
    id: 'job_aborted',
    title: 'Spark gave a job up',
    rank: 'wrapper',
    sure: 'unverified',
    places: logs,
    patterns: [
      /Job aborted due to stage failure: (?:Task (?<task>\S{1,20}) in stage (?<stage>\S{1,20}) failed (?<times>\d{1,4}) times, most recent failure: )?(?<reason>.{1,300})?/,
      /(?:^imagehub|\bspark_failed): Spark: (?<reason>.{1,300})/,
    ],
    explain: ({ groups: { task, stage, times, reason } }) =>
      `Spark gave the job up${task === undefined ? '' : `: task ${task} of stage ${stage} failed ${times} times`}${reason === undefined ? '' : `, last with: ${reason.trim().replace(/\.$/, '')}`}.`,
    change: 'see the first errors',
  },
  {
    id: 'application_master_failed',
    title: 'The YARN application failed',
    rank: 'wrapper',
    sure: 'unverified',
    places: logs,
    patterns: [
      /Application (?<application>application_\d{1,15}_\d{1,9}) failed (?<times>\d{1,3}) times? .{0,60}due to AM Container.{0,120}exit(?:ed with {1,2}exit)?Code: *(?<code>-?\d{1,5})/,
    ],
    explain: ({ groups: { application, times, code } }) =>
      `YARN started ${application} ${times} times in vain, last with exit code ${code}.`,
    change: 'see the first errors; spark.driver.memory if the application master was killed',
  },
  {
    id: 'cluster_terminated',
    title: 'The cluster ended because of something else',
    rank: 'wrapper',
    sure: 'documented',
    places: ['status'],
    patterns: [
      /^(?<code>STEP_FAILURE|INSTANCE_FAILURE|INTERNAL_ERROR|VALIDATION_ERROR|INTERNAL_ERROR_\w{1,60}|VALIDATION_ERROR_\w{1,60}): ?(?<what>.{0,300})/,
    ],
    explain: ({ groups: { code, what } }) =>
      `EMR ended the cluster (${code})${what === undefined || what === '' ? '' : `: ${what.replace(/\.$/, '')}`}.`,
    change: 'see the first errors',
  },
  {
    id: 'step_failed',
    title: 'EMR knows no reason for a failed step',
    rank: 'wrapper',
    sure: 'documented',
    places: ['status'],
    patterns: [/^Unknown Error\.?:? ?(?<what>.{0,200})/],
    explain: ({ groups: { what } }) =>
      `The step failed, and EMR knows no reason${what === undefined || what === '' ? '' : `: ${what.replace(/\.$/, '')}`}.`,
    change: 'see the first errors',
  },
  {
    id: 'step_stopped',
    title: 'The step was cancelled, or its cluster ended under it',
    rank: 'wrapper',
    sure: 'documented',
    places: ['status'],
    patterns: [/^(?<state>CANCELLED|INTERRUPTED): (?<name>.{0,256})/],
    explain: ({ groups: { state, name } }) =>
      state === 'CANCELLED'
        ? `The step ${name} was cancelled before it was done.`
        : `The cluster ended while the step ${name} ran.`,
    change: 'see why an earlier step failed, or who cancelled this one',
  },
]
