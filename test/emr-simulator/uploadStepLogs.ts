import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import type { StepContext } from './RunStep.ts'
import { s3Place } from './s3Place.ts'

export interface StepLogs {
  /** Files. */
  readonly stdout: string
  readonly stderr: string
  /** Its text. */
  readonly controller: string
}

/** Puts the logs of a step where EMR does, packed; a cluster without LogUri keeps none. */
export async function uploadStepLogs(
  client: S3Client,
  { clusterId, stepId, cluster }: StepContext,
  logs: StepLogs,
): Promise<void> {
  if (!cluster.LogUri) return
  const folder = `${cluster.LogUri.replace(/\/*$/, '/')}${clusterId}/steps/${stepId}/`
  const texts = {
    stdout: await readFile(logs.stdout),
    stderr: await readFile(logs.stderr),
    controller: Buffer.from(logs.controller),
  }
  for (const [name, text] of Object.entries(texts)) {
    const Body = await promisify(gzip)(text)
    await client.send(new PutObjectCommand({ ...s3Place(`${folder}${name}.gz`), Body }))
  }
}
