import { z } from 'zod'
import { below } from './below.ts'
import type { JobAccess } from './Job.ts'
import { placesInS3 } from './placesInS3.ts'

/** Where a job finds photos. */
export const photoParameter = {
  from: z
    .string()
    .nullable()
    .default(null)
    .describe('photos: a folder or s3://bucket/prefix; incoming/ below the hub unless given'),
}

interface Given {
  readonly hub: string
  readonly from: string | null
}

/** The folder, or the place in S3. */
export function photosOf({ hub, from }: Given): string {
  return from ?? below(hub, 'incoming')
}

/** A job that reads photos needs no more than them. */
export function photoAccess(given: Given): JobAccess {
  return { reads: placesInS3([photosOf(given)]), writes: [] }
}
