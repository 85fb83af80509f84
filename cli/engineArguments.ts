import { userError } from '../base/HubError.ts'
import type { Engine } from '../engines/Engine.ts'
import { LocalEngine } from '../engines/local/LocalEngine.ts'

export const engineOptions = {
  workers: { type: 'number', describe: 'worker threads; one a core unless given', requiresArg: true },
} as const

export function openEngine({ workers }: { readonly workers?: number | undefined }): Engine {
  if (workers !== undefined && (!Number.isInteger(workers) || workers < 1 || workers > 256))
    throw userError('bad_option', `--workers is ${workers}`, 'give a whole number from 1 to 256')
  return new LocalEngine(workers === undefined ? {} : { workers })
}
