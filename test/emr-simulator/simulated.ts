import type { RunJobFlowCommandInput, StepConfig, StepSummary } from '@aws-sdk/client-emr'
import { type Cluster, DescribeClusterCommand, EMRClient, ListStepsCommand } from '@aws-sdk/client-emr'
import { SchedulerClient } from '@aws-sdk/client-scheduler'
import { until } from '../support/processes.ts'
import type { Scope } from '../support/temporaryFolder.ts'
import type { EmrSimulatorOptions } from './EmrSimulatorOptions.ts'
import { type EmrSimulator, startEmrSimulator } from './startEmrSimulator.ts'

export interface Simulated {
  readonly simulator: EmrSimulator
  /** Asks once. */
  readonly emr: EMRClient
  readonly scheduler: SchedulerClient
  cluster(id: string | undefined): Promise<Cluster>
  /** Newest first. */
  steps(clusterId: string | undefined): Promise<StepSummary[]>
  /** Waits until a cluster is in one of these states. */
  reaches(clusterId: string | undefined, ...states: string[]): Promise<Cluster>
}

/** A simulator and clients of it, which end with the test. */
export async function simulated(test: Scope, options: EmrSimulatorOptions = {}): Promise<Simulated> {
  const simulator = await startEmrSimulator(options)
  const settings = {
    endpoint: simulator.url,
    region: simulator.region,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    maxAttempts: 1,
  }
  const emr = new EMRClient(settings)
  const scheduler = new SchedulerClient(settings)
  test.after(async () => {
    emr.destroy()
    scheduler.destroy()
    await simulator[Symbol.asyncDispose]()
  })
  const cluster = async (ClusterId: string | undefined) => {
    const { Cluster } = await emr.send(new DescribeClusterCommand({ ClusterId }))
    return Cluster as Cluster
  }
  return {
    simulator,
    emr,
    scheduler,
    cluster,
    steps: async ClusterId => (await emr.send(new ListStepsCommand({ ClusterId }))).Steps ?? [],
    async reaches(id, ...states) {
      let seen = await cluster(id)
      await until(`${id} is ${states}`, async () => {
        seen = await cluster(id)
        return states.includes(seen.Status?.State ?? '')
      })
      return seen
    },
  }
}

export const step = (Name: string, change: Partial<StepConfig> = {}): StepConfig => ({
  Name,
  ActionOnFailure: 'CONTINUE',
  HadoopJarStep: { Jar: 'command-runner.jar', Args: ['true'] },
  ...change,
})

/** A request for a cluster of three machines. */
export function request(change: Partial<RunJobFlowCommandInput> = {}): RunJobFlowCommandInput {
  return {
    Name: 'nightly',
    ReleaseLabel: 'emr-spark-8.0.0',
    LogUri: 's3://bucket/logs/',
    JobFlowRole: 'profile',
    ServiceRole: 'service',
    Instances: {
      KeepJobFlowAliveWhenNoSteps: false,
      InstanceFleets: [
        {
          InstanceFleetType: 'MASTER',
          TargetOnDemandCapacity: 1,
          InstanceTypeConfigs: [{ InstanceType: 'm5.xlarge' }],
        },
        {
          InstanceFleetType: 'CORE',
          TargetOnDemandCapacity: 1,
          InstanceTypeConfigs: [{ InstanceType: 'm6i.2xlarge', WeightedCapacity: 1 }],
        },
        {
          InstanceFleetType: 'TASK',
          TargetSpotCapacity: 2,
          InstanceTypeConfigs: [{ InstanceType: 'g5.xlarge', WeightedCapacity: 1 }],
        },
      ],
    },
    AutoTerminationPolicy: { IdleTimeout: 3600 },
    Steps: [step('first')],
    ...change,
  }
}

/** Of a cluster that waits for steps. */
export function waiting(change: Partial<RunJobFlowCommandInput> = {}): RunJobFlowCommandInput {
  const { Instances } = request()
  return request({ Instances: { ...Instances, KeepJobFlowAliveWhenNoSteps: true }, Steps: [], ...change })
}
