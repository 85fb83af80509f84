import assert from 'node:assert/strict'
import test from 'node:test'
import { executorSettings, nodeShare } from '../../../emr/compile/executorSettings.ts'
import { cpuCluster, gpuCluster } from '../../../jobs/define/Cluster.ts'
import {
  type CpuInstanceType,
  cpuInstanceTypes,
  type GpuInstanceType,
  gpuInstanceTypes,
  instanceTypes,
} from '../../../jobs/define/instanceTypes.ts'

const megabytes = (text: string | undefined) => Number(/^(\d+)m$/.exec(text ?? '')?.[1])

test('executors of every type fit what YARN may hand out, with room for the application master', () => {
  const clusters = [
    ...Object.keys(cpuInstanceTypes).map(type =>
      cpuCluster({ release: 'emr-7.13.0', workers: { type: type as CpuInstanceType, count: 2 } }),
    ),
    ...Object.keys(gpuInstanceTypes).map(type =>
      gpuCluster({ release: 'emr-7.13.0', workers: { type: type as GpuInstanceType, count: 2 } }),
    ),
  ]
  for (const cluster of clusters) {
    const machine = instanceTypes[cluster.workers.type as CpuInstanceType]
    const settings = executorSettings(cluster)
    const executor =
      megabytes(settings['spark.executor.memory']) + megabytes(settings['spark.executor.memoryOverhead'])
    const perMachine = Number(settings['spark.executor.instances']) / 2
    assert.equal(perMachine, Math.max(1, machine.gpus))
    assert.ok(megabytes(settings['spark.executor.memoryOverhead']) > 4000, JSON.stringify(settings))
    assert.ok(perMachine * executor + 1024 <= nodeShare(machine).yarnMegabytes, JSON.stringify(settings))
    assert.ok(perMachine * Number(settings['spark.executor.cores']) <= machine.vcpus)
  }
})

test('all tasks of an executor share its one GPU', () => {
  for (const type of Object.keys(gpuInstanceTypes) as GpuInstanceType[]) {
    const settings = executorSettings(gpuCluster({ release: 'emr-7.13.0', workers: { type, count: 1 } }))
    const [cores, share] = [
      Number(settings['spark.executor.cores']),
      Number(settings['spark.task.resource.gpu.amount']),
    ]
    assert.equal(settings['spark.executor.resource.gpu.amount'], '1')
    // What Spark makes of a share: https://spark.apache.org/docs/3.5.6/configuration.html#custom-resource-scheduling-and-configuration-overview
    assert.equal(Math.floor(1 / share), cores)
  }
})

test('a cluster that may grow lets Spark ask for more, any other keeps its size; own settings win', () => {
  const workers = { type: 'm6i.2xlarge', count: 2 } as const
  const fixed = executorSettings(
    cpuCluster({ release: 'emr-7.13.0', workers, spark: { 'spark.executor.cores': '4' } }),
  )
  assert.equal(fixed['spark.dynamicAllocation.enabled'], 'false')
  assert.equal(fixed['spark.executor.cores'], '4')
  const growing = executorSettings(cpuCluster({ release: 'emr-7.13.0', workers: { ...workers, max: 10 } }))
  assert.equal(growing['spark.dynamicAllocation.maxExecutors'], '10')
  assert.equal(growing['spark.executor.instances'], undefined)
})
