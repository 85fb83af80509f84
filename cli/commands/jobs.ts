import { type JobFacts, jobFacts } from '../../jobs/define/jobFacts.ts'
import { loadJob, shippedJobs } from '../../jobs/define/loadJob.ts'
import { defineCommand } from '../Command.ts'

export const jobs = defineCommand({
  name: 'jobs [job]',
  describe: 'List jobs with their parameters, schedules and machines',
  options: { job: { type: 'string', describe: 'a name, or a file such as jobs/mine.ts; all unless given' } },
  examples: [
    ['$0 jobs', 'the jobs that come with imagehub'],
    ['$0 jobs nightly', 'what one of them takes'],
  ],
  async run({ job }) {
    const names = job === undefined ? shippedJobs() : [job]
    const facts = await Promise.all(names.map(async name => jobFacts(await loadJob(name))))
    return { json: facts, text: facts.map(jobText).join('\n') }
  },
})

function jobText({ name, description, schedule, cluster, parameters }: JobFacts): string {
  const width = Math.max(...parameters.map(({ name }) => name.length))
  return [
    `${name}: ${description}`,
    ...parameters.map(
      parameter =>
        `  ${parameter.name.padEnd(width)}  ${parameter.type}${
          parameter.default === undefined ? ', to be given' : `, ${JSON.stringify(parameter.default)}`
        }: ${parameter.description}`,
    ),
    `  on ${cluster}${schedule === null ? '' : `, at ${schedule}`}`,
    '',
  ].join('\n')
}
