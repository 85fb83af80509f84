import { readFile } from 'node:fs/promises'
import { toError, userError } from '../../base/HubError.ts'
import { reportMark, reportOf } from '../../engines/spark/worker/ErrorReport.ts'
import { jobPlanSchema } from '../compile/JobPlan.ts'
import type { EndState } from '../runs/RunFiles.ts'
import { emrMachine } from './emrMachine.ts'
import { runDriver } from './runDriver.ts'

// The step of a job on EMR: driver.mjs PLAN RUN. EMR asks for no more of an exit code than whether it is 0.

const exitCodes: Readonly<Record<EndState, number>> = { succeeded: 0, failed: 1, cancelled: 5, timed_out: 6 }

const [planFile = '', runId = ''] = process.argv.slice(2)
const machine = emrMachine()
// The home folder of EMR's user is on a small disk.
process.env.IMAGEHUB_CACHE = machine.cacheFolder
try {
  const plan = jobPlanSchema.safeParse(JSON.parse(await readFile(planFile, 'utf8')))
  if (!plan.success || !/^[\w:-]{1,80}$/.test(runId))
    throw userError(
      'bad_plan',
      `${planFile} and ${JSON.stringify(runId)} are not a plan and a run of this version`,
      'submit the job with the imagehub that made the bundle',
      plan.error,
    )
  const result = await runDriver({ plan: plan.data, runId, machine, print: line => console.log(line) })
  process.exitCode = result === 'claimed' ? 0 : exitCodes[result.state]
} catch (thrown) {
  console.error(`${reportMark}${JSON.stringify(reportOf(toError(thrown), 'failed'))}`)
  process.exitCode = 1
}
// What a job that did not stop has left open keeps nobody waiting; its Spark ends with this process.
process.stdout.write('', () => process.exit())
