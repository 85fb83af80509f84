import { z } from 'zod'

/** `s3://bucket` or `s3://bucket/prefix`. */
export type S3Uri = `s3://${string}`

/** Bucket names: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const pattern = /^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/|$)/

/** A parameter of a job that is a place in S3. */
export const s3Uri = z.custom<S3Uri>(value => typeof value === 'string' && pattern.test(value), {
  error: ({ input }) => `${JSON.stringify(input)} is no s3://bucket/prefix`,
})
