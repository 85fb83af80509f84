import { createHash } from 'node:crypto'
import { HubError, toError } from '../../base/HubError.ts'
import type { ModelInput } from '../../models/ModelManifest.ts'
import type { OriginReader } from '../../storage/originReader.ts'
import type { Row } from '../../tables/defineTable.ts'
import { decodeForModel } from '../image/decodeForModel.ts'
import type { DecodeLimits } from '../image/limits.ts'
import type { featurizeInput } from './columns.ts'

/** An image ready for the model, or why it is not. */
export interface Decoded {
  readonly row: Row<typeof featurizeInput>
  readonly result: { readonly pixels: Uint8Array } | { readonly code: string; readonly message: string }
}

export interface ReadPixelsOptions {
  readonly reader: OriginReader
  readonly limits: DecodeLimits
  readonly input: Pick<ModelInput, 'height' | 'width'>
  readonly signal: AbortSignal
}

/**
 * Reads an image and brings it to the model's size.
 * @throws only what the signal was aborted with
 */
export async function readPixels(row: Decoded['row'], options: ReadPixelsOptions): Promise<Decoded> {
  const { reader, limits, input, signal } = options
  try {
    const bytes = await reader.read(row.origin, { maxBytes: limits.maxBytes, signal })
    if (createHash('sha256').update(bytes).digest('hex') !== row.sha256)
      return {
        row,
        result: {
          code: 'changed',
          message: 'the bytes changed since they were ingested: ingest the source again',
        },
      }
    return { row, result: { pixels: await decodeForModel(bytes, { ...input, limits }) } }
  } catch (thrown) {
    signal.throwIfAborted()
    const error = toError(thrown)
    return {
      row,
      result: { code: error instanceof HubError ? error.code : 'unreadable', message: error.message },
    }
  }
}
