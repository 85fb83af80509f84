import { join } from 'node:path'
import { startS3Server, versitygw } from '../support/s3Server.ts'
import { emrScene } from './emrScene.ts'

// Submits a job for a release with Spark 3.5 and follows it to its end, all in the network namespace that this process is in; prints how it ended.
const ends: (() => unknown)[] = []
const scope = { after: (end: () => unknown) => void ends.unshift(end) }
try {
  const s3 = await startS3Server(await versitygw())
  scope.after(() => s3.close())
  const { line, hub, storage } = await emrScene(scope, s3, { line: '3.5' })
  const job = join(import.meta.dirname, 'jobs/ingestOnSpark35.ts')
  const options = ['--param', `hub=${hub}`, '--run-id', 'first', '--watch', '--json']
  const { code, stdout, stderr } = await line.run('emr', 'submit', job, ...options)
  const images = await Array.fromAsync(storage.list({ prefix: 'tables/images/' }))
  const jars = await Array.fromAsync(storage.list({ prefix: 'emr/jars/' }))
  console.log(
    JSON.stringify({ code, stdout, stderr, images: images.length, jars: jars.map(({ key }) => key) }),
  )
} finally {
  for (const end of ends) await end()
}
