import type { Cause } from '../Cause.ts'

/** How the job's program was called. */
export const programCauses: readonly Cause[] = [
  {
    id: 'jar_arguments',
    title: 'The step is no command that Spark takes',
    rank: 'root',
    sure: 'reported',
    places: ['status', 'step'],
    patterns: [
      /Failed to get main class in JAR with error '?(?<what>[^'\n]{1,200})/,
      /(?<what>Missing application resource|Not a valid JAR: \S{1,200})/,
      /Cannot load main class from JAR (?<what>\S{1,200})/,
      /^(?:Error: )?(?<what>Unrecognized option: \S{1,100})/,
      /Cannot run program "(?<what>spark-submit)"/,
    ],
    explain: ({ groups: { what } }) =>
      `The step's arguments do not name a program: ${what?.replace(/\.$/, '')}.`,
    change:
      "the step's arguments: let the job definition make them, and upload its program: `imagehub emr bundle`",
  },
  {
    id: 'user_terminated',
    title: 'Somebody ended the cluster',
    rank: 'lost',
    sure: 'documented',
    places: ['status'],
    patterns: [/^USER_REQUEST: ?(?<what>.{0,200})/],
    explain: ({ groups: { what } }) =>
      `The cluster was told to end${what === undefined || what === '' ? '' : ` (${what.replace(/\.$/, '')})`}.`,
    change:
      'maxHours where the job needed longer, idleMinutes where the cluster was taken for idle; else ask who ended it',
  },
]
