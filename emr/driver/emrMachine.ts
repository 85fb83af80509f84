import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

/** Where things are on a machine of EMR. */
export interface EmrMachine {
  readonly sparkHome: string
  /** EMR takes a cluster for busy while this is fresh: https://docs.aws.amazon.com/emr/latest/ManagementGuide/emr-auto-termination-policy.html */
  readonly busyFile: string
  /** JSON with the cluster's id. */
  readonly jobFlowFile: string
  /** On a disk that has room. */
  readonly cacheFolder: string
  readonly temporaryFolder: string
}

/** @param root of all paths; another one where a machine is simulated: IMAGEHUB_EMR_ROOT */
export function emrMachine(root = process.env.IMAGEHUB_EMR_ROOT ?? '/'): EmrMachine {
  return {
    sparkHome: join(root, 'usr/lib/spark'),
    busyFile: join(root, 'emr/metricscollector/isbusy'),
    jobFlowFile: join(root, 'mnt/var/lib/info/job-flow.json'),
    cacheFolder: join(root, 'mnt/imagehub/cache'),
    temporaryFolder: join(root, 'mnt/tmp'),
  }
}

const jobFlow = z.object({ jobFlowId: z.string() })

/** `j-...`; null where the machine does not tell. */
export async function clusterIdOf({ jobFlowFile }: Pick<EmrMachine, 'jobFlowFile'>): Promise<string | null> {
  try {
    return jobFlow.parse(JSON.parse(await readFile(jobFlowFile, 'utf8'))).jobFlowId
  } catch {
    return null
  }
}
