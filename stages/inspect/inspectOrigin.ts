import { createHash } from 'node:crypto'
import { HubError, toError } from '../../base/HubError.ts'
import type { Row } from '../../tables/defineTable.ts'
import type { inspections } from '../../tables/inspections.ts'
import type { manifest } from '../../tables/manifest.ts'
import type { DecodeLimits } from '../image/limits.ts'
import { type DecodeTurn, imageFacts, noFacts } from './imageFacts.ts'
import { imageId } from './imageId.ts'
import { isReadProblem, type ReasonCode } from './reasons.ts'

export type Inspection = Row<typeof inspections>

export interface InspectOptions {
  readonly limits: DecodeLimits
  /** All bytes of an origin; refuses with `too_many_bytes` before it holds more than `maxBytes`. */
  readonly read: (origin: string, options: { maxBytes: number; signal: AbortSignal }) => Promise<Uint8Array>
  /** Decoding is bounded apart from fetching. */
  readonly decodeTurn: DecodeTurn
  readonly signal: AbortSignal
}

/**
 * One row of the manifest to one row of the inspections, whatever happens.
 * @throws only what the signal was aborted with.
 */
export async function inspectOrigin(
  { origin, bytes: listed }: Pick<Row<typeof manifest>, 'origin' | 'bytes'>,
  { limits, read, decodeTurn, signal }: InspectOptions,
): Promise<Inspection> {
  const { maxBytes } = limits
  if (listed !== null && listed > maxBytes)
    return unread(origin, listed, 'too_many_bytes', `${listed} bytes, the limit is ${maxBytes}`)
  try {
    const bytes = await read(origin, { maxBytes, signal })
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    signal.throwIfAborted()
    const { facts, problem } = await imageFacts(bytes, limits, decodeTurn)
    return {
      ...facts,
      origin,
      image_id: imageId(origin, sha256),
      sha256,
      bytes: bytes.length,
      fault: problem === null ? null : 'rejected',
      reasons: problem === null ? [] : [problem.code],
      detail: problem === null ? null : problem.detail,
    }
  } catch (thrown) {
    signal.throwIfAborted()
    const error = toError(thrown)
    return unread(origin, null, error instanceof HubError ? error.code : 'unreadable', error.message)
  }
}

/** An origin whose bytes are not there: too large by its listing or as it was read (unfit), or not readable this time. */
function unread(origin: string, bytes: number | null, code: string, detail: string): Inspection {
  const tooLarge = code === 'too_many_bytes'
  const reason: ReasonCode = tooLarge ? 'too_many_bytes' : isReadProblem(code) ? code : 'unreadable'
  return {
    ...noFacts,
    origin,
    image_id: null,
    sha256: null,
    bytes,
    fault: tooLarge ? 'rejected' : 'failed',
    reasons: [reason],
    detail,
  }
}
