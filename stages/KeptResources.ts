/** Opens a resource, or hands out the one that was opened under the same key. The keeper closes it, never the caller. */
export type Keep = <T extends AsyncDisposable>(key: string, open: () => Promise<T>) => Promise<T>

/** What stages of one thread opened and may use again, until the thread ends. A key names everything that the resource depends on. */
export class KeptResources implements AsyncDisposable {
  readonly #opened = new Map<string, Promise<AsyncDisposable>>()

  readonly keep: Keep = <T extends AsyncDisposable>(key: string, open: () => Promise<T>): Promise<T> => {
    // A key belongs to one place in the code, which always opens the same type.
    const known = this.#opened.get(key) as Promise<T> | undefined
    if (known !== undefined) return known
    const opening = open()
    this.#opened.set(key, opening)
    // What could not be opened may be tried again.
    opening.catch(() => this.#opened.delete(key))
    return opening
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const opened = await Promise.allSettled(this.#opened.values())
    this.#opened.clear()
    for (const result of opened) if (result.status === 'fulfilled') await result.value[Symbol.asyncDispose]()
  }
}
