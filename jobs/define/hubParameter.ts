import { z } from 'zod'

/** The parameter that every job has. */
export const hubParameter = {
  hub: z.string().min(1).describe('the hub: s3://bucket/prefix, or a folder on this machine'),
}
