import type { z } from 'zod'
import { HubError } from '../../base/HubError.ts'
import type { Storage } from '../../storage/Storage.ts'
import {
  type Accepted,
  type Attempt,
  acceptedSchema,
  attemptName,
  attemptSchema,
  type CancelRequest,
  type Claim,
  cancelSchema,
  claimSchema,
  progressSchema,
  type RunProgress,
  type RunResult,
  resultSchema,
  runFolder,
} from './RunFiles.ts'

/** End of the driver's log that is kept in the hub. */
const logName = 'driver.log'

/**
 * What the hub knows of one run on EMR. `create...` gives false, and changes nothing, where the file is there already: one of many wins.
 * Throws what the storage does, and `damaged_hub` for a file that cannot be understood.
 */
export class RunStore {
  readonly #storage: Storage
  readonly #folder: string

  /** @param storage the hub's */
  constructor(storage: Storage, run: { readonly job: string; readonly runId: string }) {
    this.#storage = storage
    this.#folder = runFolder(run.job, run.runId)
  }

  attempt = (number: number): Promise<Attempt | null> => this.#read(attemptName(number), attemptSchema)
  createAttempt = (number: number, attempt: Attempt): Promise<boolean> =>
    this.#create(attemptName(number), attempt)

  accepted = (): Promise<Accepted | null> => this.#read('accepted.json', acceptedSchema)
  writeAccepted = (accepted: Accepted): Promise<void> => this.#write('accepted.json', accepted)

  claim = (): Promise<Claim | null> => this.#read('claim.json', claimSchema)
  createClaim = (claim: Claim): Promise<boolean> => this.#create('claim.json', claim)

  progress = (): Promise<RunProgress | null> => this.#read('progress.json', progressSchema)
  writeProgress = (progress: RunProgress): Promise<void> => this.#write('progress.json', progress)

  result = (): Promise<RunResult | null> => this.#read('result.json', resultSchema)
  writeResult = (result: RunResult): Promise<void> => this.#write('result.json', result)

  cancelRequest = (): Promise<CancelRequest | null> => this.#read('cancel.json', cancelSchema)
  createCancelRequest = (request: CancelRequest): Promise<boolean> => this.#create('cancel.json', request)

  /** The end of the driver's log; empty where there is none yet. */
  async log(): Promise<string> {
    const bytes = await this.#bytes(logName)
    return bytes === null ? '' : new TextDecoder().decode(bytes)
  }

  async writeLog(text: string): Promise<void> {
    await this.#storage.write(`${this.#folder}/${logName}`, text)
  }

  /** The end of the log of Spark's server, which EMR does not copy. */
  async writeSparkLog(text: string): Promise<void> {
    await this.#storage.write(`${this.#folder}/spark.log`, text)
  }

  async #bytes(name: string): Promise<Uint8Array | null> {
    try {
      return await this.#storage.read(`${this.#folder}/${name}`)
    } catch (thrown) {
      if (thrown instanceof HubError && thrown.code === 'not_found') return null
      throw thrown
    }
  }

  async #read<T>(name: string, schema: z.ZodType<T>): Promise<T | null> {
    const bytes = await this.#bytes(name)
    if (bytes === null) return null
    try {
      return schema.parse(JSON.parse(new TextDecoder().decode(bytes)))
    } catch (cause) {
      throw new HubError({
        code: 'damaged_hub',
        message: `${this.#folder}/${name} of the hub cannot be understood`,
        hint: 'another version of imagehub wrote it, or it is damaged: start the run under another id',
        cause,
      })
    }
  }

  #create(name: string, value: unknown): Promise<boolean> {
    return this.#storage.create(`${this.#folder}/${name}`, text(value))
  }

  async #write(name: string, value: unknown): Promise<void> {
    await this.#storage.write(`${this.#folder}/${name}`, text(value))
  }
}

function text(value: unknown): string {
  return `${JSON.stringify(value, null, 1)}\n`
}
