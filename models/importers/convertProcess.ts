import { writeFile } from 'node:fs/promises'
import { HubError, toError } from '../../base/HubError.ts'
import { type ConversionRequest, convertModel } from './convertModel.ts'

/** What the process answers: the model, or the parts of its error. */
export type ConversionAnswer =
  | { readonly model: Awaited<ReturnType<typeof convertModel>> }
  | { readonly error: Pick<HubError, 'code' | 'message' | 'hint' | 'fault'> & { readonly stack?: string } }

/** Entry of the process that convertApart starts: answers one request and ends. */
async function answer(request: ConversionRequest): Promise<ConversionAnswer> {
  try {
    // Where a model takes all memory, Linux shall end this process and not the one that asked.
    await writeFile('/proc/self/oom_score_adj', '1000').catch(() => {})
    return { model: await convertModel(request) }
  } catch (thrown) {
    const error = toError(thrown)
    const { message, stack = '' } = error
    if (!(error instanceof HubError)) {
      return { error: { code: 'conversion_failed', message, hint: undefined, fault: 'system', stack } }
    }
    return { error: { code: error.code, message, hint: error.hint, fault: error.fault, stack } }
  }
}

// Also where the asking process died: nobody waits for the answer.
process.once('disconnect', () => process.exit())
process.once('message', async (request: ConversionRequest) => {
  process.send?.(await answer(request), () => process.disconnect())
})
