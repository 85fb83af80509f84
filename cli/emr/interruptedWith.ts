import { HubError } from '../../base/HubError.ts'

/**
 * Work that a person may stop, with what goes on without them and how to come back to it: the hint of other commands, to run the same one again, would
 * start another run.
 * @throws HubError `interrupted` with the hint; what the work throws
 */
export async function interruptedWith<T>(
  { signal, hint }: { readonly signal: AbortSignal; readonly hint: string },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work()
  } catch (thrown) {
    if (!signal.aborted || thrown !== signal.reason) throw thrown
    const { message } = signal.reason as Error
    throw new HubError({ code: 'interrupted', message, hint, cause: thrown })
  }
}
