import { planOfRun } from '../../emr/runs/planOfRun.ts'
import type { RunEnd } from '../../emr/watch/RunEnd.ts'
import { watchRun } from '../../emr/watch/watchRun.ts'
import type { Answer } from '../Command.ts'
import { duration, type Terminal } from '../Terminal.ts'
import { interruptedWith } from './interruptedWith.ts'
import { logLineText } from './logLineText.ts'
import { acceptedOf, type OpenRun } from './runOptions.ts'

/** Tells them apart for scripts: 1 failed or lost, 3 cancelled, 4 timed out. */
const exitCodes = { succeeded: 0, failed: 1, lost: 1, cancelled: 3, timed_out: 4 } as const

/** Shows a run at EMR until it has ended. */
export async function followRun(
  run: OpenRun,
  terminal: Terminal,
): Promise<Extract<Answer, { readonly text: string }>> {
  const plan = await planOfRun(run.hub.storage, run.store)
  const named = `${run.job}/${run.runId}`
  const hint = `the run goes on: imagehub emr watch ${named} --hub ${run.hubUri} follows it, imagehub emr cancel ends it`
  const watched = () =>
    watchRun({
      ...{ clients: run.clients, store: run.store, accepted: acceptedOf(run), signal: terminal.signal },
      maxHours: plan?.maxHours ?? null,
      onState: ({ clusterId, clusterState, stepState, reason }) =>
        terminal.note(
          `${clusterId}: cluster ${clusterState ?? 'unknown'}, step ${stepState ?? 'unknown'}${reason === null ? '' : ` (${reason})`}`,
        ),
      onProgress: progress => terminal.progress(progress),
      onLog: lines => {
        for (const line of lines) terminal.note(`  ${logLineText(line)}`)
      },
      onNote: line => terminal.note(line),
    })
  const end = await interruptedWith({ signal: terminal.signal, hint }, watched)
  const { job, runId } = run
  return { json: { job, run_id: runId, ...end }, text: endText(run, end), exitCode: exitCodes[end.state] }
}

function endText({ job, runId, hubUri }: OpenRun, { state, reason, clusterId, result }: RunEnd): string {
  const named = `${job}/${runId}`
  const error = result?.error ?? null
  const seconds = result === null ? 0 : (Date.parse(result.endedAt) - Date.parse(result.startedAt)) / 1000
  return [
    `${named} ${state.replace('_', ' ')}${result === null ? '' : `: ${result.images} images in ${duration(seconds)}`}`,
    ...(error === null
      ? []
      : [`${error.code}: ${error.message}`, ...(error.hint ? [`  ${error.hint}`] : [])]),
    ...(error === null && reason !== null && state !== 'succeeded' ? [reason] : []),
    ...(result === null || result.runs.length === 0 ? [] : [`runs ${result.runs.join(', ')}`]),
    ...(state === 'failed' || state === 'lost'
      ? [`why: imagehub emr diagnose ${named} --hub ${hubUri} (cluster ${clusterId})`]
      : []),
  ].join('\n')
}
