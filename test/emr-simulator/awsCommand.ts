import { createReadStream, createWriteStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { s3Place } from './s3Place.ts'

// Of the AWS CLI what scripts of a step use, with S3 behind it: aws s3 cp [--only-show-errors] FROM TO. Endpoint, region and credentials come
// from the environment.

const usageCode = 252
const [service, command, ...rest] = process.argv.slice(2)
const unknown = rest.filter(arg => arg.startsWith('--') && arg !== '--only-show-errors')
const [from, to, ...more] = rest.filter(arg => !arg.startsWith('--'))
if (service !== 's3' || command !== 'cp' || unknown.length > 0 || !from || !to || more.length > 0) {
  console.error(
    `aws: the stand-in has only: aws s3 cp [--only-show-errors] FROM TO, not ${process.argv.slice(2).join(' ')}`,
  )
  process.exit(usageCode)
}
const client = new S3Client({ forcePathStyle: true })
try {
  if (from.startsWith('s3://')) {
    const folder = await stat(to).then(
      found => found.isDirectory(),
      () => false,
    )
    const { Body } = await client.send(new GetObjectCommand(s3Place(from)))
    await pipeline(Body as Readable, createWriteStream(folder ? join(to, basename(from)) : to))
  } else {
    const { size } = await stat(from)
    const place = s3Place(to.endsWith('/') ? to + basename(from) : to)
    await client.send(new PutObjectCommand({ ...place, Body: createReadStream(from), ContentLength: size }))
  }
  if (!rest.includes('--only-show-errors')) console.log(`copy: ${from} to ${to}`)
} catch (error) {
  console.error(`fatal error: ${error instanceof Error ? `(${error.name}) ${error.message}` : error}`)
  process.exitCode = 1
} finally {
  client.destroy()
}
