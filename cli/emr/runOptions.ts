import type { InferredOptionTypes, Options } from 'yargs'
import { userError } from '../../base/HubError.ts'
import { type EmrClients, emrClients } from '../../emr/aws/emrClients.ts'
import { type FoundRun, findRun } from '../../emr/runs/findRun.ts'
import type { Accepted } from '../../emr/runs/RunFiles.ts'
import { regionOf, regionOption } from './regionOption.ts'

/** Which run at EMR. */
export const runOptions = {
  run: { type: 'string', demandOption: true, describe: 'JOB/RUN-ID with its --hub, or its cluster, j-...' },
  ...regionOption,
} as const satisfies Record<string, Options>

type RunArguments = InferredOptionTypes<typeof runOptions> & { readonly hub: string | undefined }

/** A run with what it takes to ask about it. */
export interface OpenRun extends Omit<FoundRun, typeof Symbol.asyncDispose> {
  readonly clients: EmrClients
  readonly region: string
}

/** The run that the arguments name, with its hub and clients open until it is disposed of. Throws what findRun does. */
export async function openRun(args: RunArguments, signal: AbortSignal): Promise<OpenRun & AsyncDisposable> {
  const region = regionOf(args)
  const clients = emrClients(region)
  try {
    const found = await findRun({ named: args.run, hub: args.hub, region, clients, signal })
    return {
      ...found,
      clients,
      region,
      async [Symbol.asyncDispose]() {
        clients[Symbol.dispose]()
        await found[Symbol.asyncDispose]()
      },
    }
  } catch (thrown) {
    clients[Symbol.dispose]()
    throw thrown
  }
}

/** @throws HubError `not_submitted` */
export function acceptedOf({ accepted, job, runId, region }: OpenRun): Accepted {
  if (accepted !== null) return accepted
  throw userError(
    'not_submitted',
    `EMR has no cluster for ${job}/${runId} in ${region}`,
    'check --hub and --region; imagehub emr list shows the runs that EMR knows, imagehub emr submit starts one',
  )
}
