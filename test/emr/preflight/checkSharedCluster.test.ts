import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { RunJobFlowCommand, type RunJobFlowCommandInput, TerminateJobFlowsCommand } from '@aws-sdk/client-emr'
import type { HubError } from '../../../base/HubError.ts'
import { checkSharedCluster } from '../../../emr/preflight/checkSharedCluster.ts'
import { cpuCluster, gpuCluster } from '../../../job.ts'
import type { Cluster } from '../../../jobs/define/Cluster.ts'
import { simulated, waiting } from '../../emr-simulator/simulated.ts'
import type { Scope } from '../../support/temporaryFolder.ts'

const spark4 = cpuCluster({ release: 'emr-spark-8.0.0', workers: { type: 'm6i.xlarge', count: 1 } })
const spark3 = cpuCluster({ release: 'emr-7.13.0', workers: { type: 'm6i.xlarge', count: 1 } })
const gpus = gpuCluster({ release: 'emr-7.13.0', workers: { type: 'g5.2xlarge', count: 1 } })

const bootstrap = (...names: readonly string[]) => ({
  BootstrapActions: names.map(Name => ({ Name, ScriptBootstrapAction: { Path: 's3://bucket/it.sh' } })),
})

/** A cluster that somebody started, and a job's wish to go there. */
async function shared(t: Scope, change: Partial<RunJobFlowCommandInput> = {}) {
  const { emr, simulator } = await simulated(t)
  const { JobFlowId: clusterId = '' } = await emr.send(new RunJobFlowCommand(waiting(change)))
  const check = (cluster: Cluster) =>
    checkSharedCluster({ clients: { read: emr, send: emr }, clusterId, cluster, region: simulator.region })
  const refused = async (cluster: Cluster, code: string, message: RegExp) =>
    await assert.rejects(check(cluster), (error: HubError) => {
      assert.equal(error.code, code)
      assert.match(error.message, message)
      assert.equal(error.fault, 'user')
      return true
    })
  return { emr, clusterId, check, refused }
}

describe('before a job becomes a step of a cluster that runs', () => {
  test('one of the same line of Spark is taken, whatever its release', async t => {
    const four = await shared(t)
    await four.check(spark4)
    const three = await shared(t, { ReleaseLabel: 'emr-7.11.0', ...bootstrap('mine', 'imagehub firewall') })
    await three.check(spark3)
  })

  test('one of another line, or too old for any, is refused', async t => {
    const { refused } = await shared(t)
    await refused(
      spark3,
      'wrong_release',
      /is emr-spark-8\.0\.0, the job is for emr-7\.13\.0, whose Spark is 3\.5/,
    )
    const old = await shared(t, { ReleaseLabel: 'emr-6.15.0' })
    await old.refused(spark4, 'wrong_release', /is emr-6\.15\.0/)
  })

  test('one whose network reaches the Connect server of Spark 3.5 is refused', async t => {
    const { refused } = await shared(t, { ReleaseLabel: 'emr-7.13.0', ...bootstrap('mine') })
    await refused(spark3, 'cluster_not_prepared', /without the bootstrap action "imagehub firewall"/)
  })

  test('one whose machines do not hand out GPUs is refused to a job for them', async t => {
    const { refused } = await shared(t, { ReleaseLabel: 'emr-7.13.0', ...bootstrap('imagehub firewall') })
    await refused(gpus, 'cluster_not_prepared', /without the bootstrap action "imagehub gpu", /)
    const ready = await shared(t, {
      ReleaseLabel: 'emr-7.13.0',
      ...bootstrap('imagehub gpu', 'imagehub firewall'),
    })
    await ready.check(gpus)
  })

  test('one that ends, or is not there, is refused', async t => {
    const { emr, clusterId, refused } = await shared(t)
    await emr.send(new TerminateJobFlowsCommand({ JobFlowIds: [clusterId] }))
    await refused(spark4, 'cluster_ended', /is TERMINAT/)
    const { emr: other, check } = await shared(t)
    await assert.rejects(
      checkSharedCluster({
        ...{ clients: { read: other, send: other }, clusterId: 'j-1ABCDEFGHIJKL', region: 'us-east-1' },
        cluster: spark4,
      }),
      { code: 'cluster_not_found' },
    )
    await check(spark4)
  })
})
