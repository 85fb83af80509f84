import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ranks } from '../../../emr/diagnose/Cause.ts'
import { LogReading } from '../../../emr/diagnose/LogReading.ts'

async function* once(lines: readonly string[]) {
  yield lines
}

async function found(lines: readonly string[]): Promise<string[]> {
  const reading = new LogReading()
  await reading.read('step', 'stderr', once(lines))
  return reading.ranked().map(({ cause }) => cause)
}

const told = {
  asked: 'no_head: there is no head at heads/spring/head.onnx',
  root: '26/11/24 03:13:02 ERROR YarnScheduler: Lost executor 2 on ip-10-0-1-31: Container killed by YARN for exceeding memory limits. 5.6 GB of 5.5 GB physical memory used.',
  failed: 'imagehub: the Spark Connect server ended with SIGKILL',
  lost: '26/11/24 03:13:02 ERROR YarnScheduler: Lost executor 3 on ip-10-0-1-33: Container marked as failed: container_1_0001_01_000004 on host: ip-10-0-1-33. Exit status: -100. Diagnostics: Container released on a *lost* node.',
  strained: 'S3Exception: Please reduce your request rate. (Service: S3, Status Code: 503, Request ID: 7Q2)',
  executor:
    '26/11/24 03:13:02 WARN TaskSetManager: Lost task 3.0 in stage 1.0 (TID 7) (ip executor 2): ExecutorLostFailure (executor 2 exited caused by one of the running tasks) Reason: Remote RPC client disassociated.',
  missed:
    'org.apache.spark.shuffle.MetadataFetchFailedException: Missing an output location for shuffle 0 partition 1',
  wrapper:
    'org.apache.spark.SparkException: Job aborted due to stage failure: ResultStage 9 has failed the maximum allowable number of times: 4.',
}
const expected = [
  'user_error',
  'yarn_memory',
  'spark_server_died',
  'lost_node',
  's3_slow_down',
  'executor_lost',
  'shuffle_lost',
  'job_aborted',
]

test('the root beats its consequences and wrappers, in whatever order the log tells them', async () => {
  assert.deepEqual(Object.keys(told), [...ranks])
  const lines = Object.values(told)
  assert.deepEqual(await found(lines), expected)
  const orders = fc.shuffledSubarray(
    lines.map((_, index) => index),
    { minLength: 1 },
  )
  await fc.assert(
    fc.asyncProperty(orders, async order => {
      const causes = await found(order.map(index => lines[index] ?? ''))
      assert.deepEqual(
        causes,
        order.toSorted((a, b) => a - b).map(index => expected[index]),
      )
    }),
    { seed: 11, numRuns: 200 },
  )
})

test('of two roots the first one told is the cause', async () => {
  const disk = 'java.io.IOException: No space left on device'
  assert.deepEqual(await found([disk, told.root]), ['disk_full', 'yarn_memory'])
  assert.deepEqual(await found([told.root, disk]), ['yarn_memory', 'disk_full'])
})

test('a denied object that our driver tells of beats an executor that YARN killed before', async () => {
  const denied = 'imagehub: cannot read s3://photos/hub/imagehub.json: access denied: AccessDenied (403)'
  const spark =
    'AmazonS3Exception: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied)'
  assert.deepEqual(await found([told.root, denied]), ['s3_denied', 'yarn_memory'])
  assert.deepEqual(await found([told.root, spark]), ['yarn_memory', 's3_denied'])
  assert.deepEqual(await found([spark, told.root, denied]), ['s3_denied', 'yarn_memory'])
})

test('what a line wraps is the cause, not the line around it', async () => {
  const wrapped = `${told.wrapper} most recent failure: Lost task 3.3 (ip executor 4): ExecutorLostFailure (executor 4 exited caused by one of the running tasks) Reason: Container killed by YARN for exceeding physical memory limits.  11.2 GB of 11 GB physical memory used.`
  assert.deepEqual(await found([wrapped]), ['yarn_memory'])
})

test('S3 is understood in both dialects and both word orders', async () => {
  for (const line of [
    'AmazonS3Exception: Slow Down (Service: Amazon S3; Status Code: 503; Error Code: 503 Slow Down; Request ID: 1)',
    'AmazonS3Exception: Please reduce your request rate. (Service: Amazon S3; Status Code: 503; Error Code: SlowDown)',
    'S3Exception: Please reduce your request rate. (Service: S3, Status Code: 503, Request ID: 1)',
    '(Service: S3, Status Code: 503): SlowDown',
  ])
    assert.deepEqual(await found([line]), ['s3_slow_down'], line)
  for (const line of [
    'AmazonS3Exception: Access Denied (Service: Amazon S3; Status Code: 403; Error Code: AccessDenied; Request ID: 1)',
    'S3Exception: Access Denied (Service: S3, Status Code: 403, Request ID: 1)',
    'AmazonS3Exception: Forbidden (Service: Amazon S3; Status Code: 403; Error Code: 403 Forbidden; Request ID: 1)',
    'Status Code: 403, AWS Service: Amazon S3, AWS Error Message: Access Denied',
  ])
    assert.deepEqual(await found([line]), ['s3_denied'], line)
})
