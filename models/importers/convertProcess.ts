import { rmSync } from 'node:fs'
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

let unfinished: string | undefined
process.once('message', async (request: ConversionRequest) => {
  unfinished = request.to
  const answered = await answer(request)
  unfinished = undefined
  process.send?.(answered, () => process.disconnect())
})
process.once('disconnect', () => {
  // Where the asking process died, nobody waits for the answer or removes the file.
  if (unfinished !== undefined) rmSync(unfinished, { force: true })
  process.exit()
})
