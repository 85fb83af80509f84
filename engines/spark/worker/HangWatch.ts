import { HubError } from '../../../base/HubError.ts'

/** Notices a stage that has something to do and says nothing. It runs in another thread than the stage, which may never give its own back. */
export class HangWatch {
  readonly #seconds: number
  readonly #onHang: () => void
  #waitsForUs = 0
  #timer: NodeJS.Timeout | undefined

  constructor({ seconds, onHang }: { readonly seconds: number; readonly onHang: () => void }) {
    this.#seconds = seconds
    this.#onHang = onHang
    this.#restart()
  }

  /** The stage waits for something of ours. */
  asked(): void {
    this.#waitsForUs++
    this.#restart()
  }

  /** It has got it. */
  answered(): void {
    this.#waitsForUs--
    this.#restart()
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #restart(): void {
    clearTimeout(this.#timer)
    if (this.#waitsForUs === 0) this.#timer = setTimeout(this.#onHang, this.#seconds * 1000)
  }
}

/** @param who `stage doubling`, `a worker process` */
export function hangs(who: string, seconds: number): HubError {
  return new HubError({
    code: 'stage_hangs',
    message: `${who} gave nothing for ${seconds} s`,
    hint: 'where rows may take longer, give the engine more stageSeconds, or the workers IMAGEHUB_WORKER_STAGE_SECONDS',
  })
}
