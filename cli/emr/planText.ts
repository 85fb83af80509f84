import type { CompiledRequest } from '../../emr/compile/compileJob.ts'
import type { Difference } from '../../emr/plan/differences.ts'
import type { DeploymentPlan } from '../../emr/plan/planJob.ts'
import type { HubParameters, Job } from '../../jobs/define/Job.ts'
import { sizeText } from '../sizeText.ts'
import { nextText } from './nextText.ts'

export interface PlanTextOptions {
  readonly job: Job
  readonly params: HubParameters
  readonly region: string
  readonly request: CompiledRequest
  readonly planned: DeploymentPlan
}

/** A plan for people. */
export function planText({ job, params, region, request, planned }: PlanTextOptions): string {
  const { uploads, submitted, schedule } = planned
  return [
    `${job.name} on ${params.hub}, ${region}`,
    ...('RunJobFlow' in request ? machineLines(request) : []),
    '',
    ...(uploads.length === 0
      ? ['to upload: nothing']
      : [
          'to upload:',
          ...uploads.map(({ what, bytes }) => `  ${what}${bytes === null ? '' : `, ${sizeText(bytes)}`}`),
        ]),
    ...(submitted === null
      ? ['never submitted from this hub']
      : [`since ${submitted.runId}, submitted at ${submitted.at}:`, ...changes(submitted.differences)]),
    ...(schedule === null || job.schedule === null
      ? []
      : [
          schedule === 'none'
            ? 'its schedule is not deployed: imagehub emr schedule'
            : 'against the schedule that is deployed:',
          ...(schedule === 'none' ? [] : changes(schedule)),
          nextText(job.schedule.expression, job.schedule.timezone),
        ]),
  ].join('\n')
}

function machineLines(request: Extract<CompiledRequest, { readonly RunJobFlow: unknown }>): string[] {
  const { ReleaseLabel, Instances } = request.RunJobFlow
  const fleets = (Instances?.InstanceFleets ?? []).map(
    ({ Name, TargetOnDemandCapacity = 0, TargetSpotCapacity = 0, InstanceTypeConfigs = [] }) => {
      const types = InstanceTypeConfigs.map(({ InstanceType }) => InstanceType).join(' or ')
      return `  ${Name}: ${TargetOnDemandCapacity + TargetSpotCapacity} x ${types}${TargetSpotCapacity > 0 ? ', spot' : ''}`
    },
  )
  return [`  ${ReleaseLabel}`, ...fleets]
}

function changes(found: readonly Difference[]): string[] {
  if (found.length === 0) return ['  no difference']
  return found.map(({ path, before, after }) => `  ${path}: ${short(before)} -> ${short(after)}`)
}

const longest = 100

function short(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length <= longest ? text : `${text.slice(0, longest)}...`
}
