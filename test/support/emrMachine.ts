import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type InstalledSparkOptions, layOutInstalledSpark } from './installedSpark.ts'
import { quick } from './spark.ts'

export interface EmrMachineOptions extends InstalledSparkOptions {
  /** `j-...` */
  readonly clusterId: string
}

/** Lays out what of a primary machine of EMR a step meets: its Spark with its settings, the file that says which cluster it is of, ... */
export async function layOutEmrMachine(root: string, options: EmrMachineOptions): Promise<void> {
  const { clusterId, settings, ...spark } = options
  await layOutInstalledSpark(join(root, 'usr/lib/spark'), {
    ...spark,
    settings: {
      'spark.driver.extraJavaOptions': quick.join(' '),
      'spark.executor.extraJavaOptions': quick.join(' '),
      ...settings,
    },
  })
  await mkdir(join(root, 'emr/metricscollector'), { recursive: true })
  await mkdir(join(root, 'mnt/var/lib/info'), { recursive: true })
  await writeFile(
    join(root, 'mnt/var/lib/info/job-flow.json'),
    JSON.stringify({ jobFlowId: clusterId, jobFlowCreationInstant: 0, instanceCount: 2 }),
  )
  await writeFile(join(root, 'mnt/var/lib/info/instance.json'), JSON.stringify({ isMaster: true }))
}
