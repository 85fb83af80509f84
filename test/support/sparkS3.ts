import { randomUUID } from 'node:crypto'
import { collectNumbers } from '../../engines/spark/collectNumbers.ts'
import { SparkSession } from '../../engines/spark/connect/SparkSession.ts'
import { hadoopS3Settings } from '../../engines/spark/hadoopS3Settings.ts'
import type { SparkLine } from '../../engines/spark/setup/sparkLines.ts'
import { startS3Server, versitygw } from './s3Server.ts'
import { startTestSpark } from './spark.ts'

// Has a Spark write a table to an S3 server and read it back, both in the network namespace that this process is in; prints the rows' sum.
const line = process.argv[2] as SparkLine
const ends: (() => unknown)[] = []
const scope = { after: (end: () => unknown) => void ends.unshift(end) }
try {
  const s3 = await startS3Server(await versitygw())
  scope.after(() => s3.close())
  const server = await startTestSpark(scope, {
    line,
    // Nobody but this process is in its network: 3.5 may listen on all of it.
    isolation: line === '3.5' ? { privateNetwork: '10.0.0.0/8' } : { namespaceOf: process.pid },
    conf: hadoopS3Settings(s3.options),
    env: s3.environment,
  })
  await using session = await SparkSession.open({ address: server.address })
  const place = `s3a://${await s3.createBucket()}/${randomUUID()}`
  await session.sql('SELECT id, id % 7 AS part FROM range(0, 10000, 1, 3)').write({
    format: 'parquet',
    path: place,
    mode: 'error',
    partitionBy: ['part'],
  })
  const read = `SELECT sum(id) AS total, count(DISTINCT part) AS parts FROM parquet.\`${place}\``
  console.log(JSON.stringify(await collectNumbers(session.sql(read), ['total', 'parts'])))
} finally {
  for (const end of ends) await end()
}
