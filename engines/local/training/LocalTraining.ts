import { join } from 'node:path'
import { moduleBeside } from '../../../base/moduleBeside.ts'
import { runInWorker } from '../../../base/runInWorker.ts'
import { localPathOf } from '../../InputFile.ts'
import type { FitJob, FitResult, JudgeJob, Training, TrainingOptions } from '../../Training.ts'
import type { PlannedReading } from './readPlannedRows.ts'

/** What a worker thread is given beside its job. */
interface OnThisMachine extends Pick<PlannedReading, 'embeddings' | 'temporaryFolder'> {
  /** Cores to compute on. */
  readonly threads: number
}

export type LocalFitJob = FitJob & OnThisMachine
export type LocalJudgeJob = JudgeJob & OnThisMachine

/** Trains in the memory of this process, in threads of their own. */
export class LocalTraining implements Training {
  readonly workers = 1
  readonly #options: TrainingOptions
  readonly #threads: number

  constructor(options: TrainingOptions, threads: number) {
    this.#options = options
    this.#threads = threads
  }

  async embedded(): Promise<readonly string[]> {
    const { embeddings, storage } = this.#options
    return await Promise.all(embeddings.map(file => localPathOf(file, storage)))
  }

  async fit(job: FitJob): Promise<FitResult> {
    return await runInWorker<LocalFitJob, FitResult>({
      module: moduleBeside(import.meta.url, 'fitPlannedRows'),
      args: { ...job, ...(await this.#here()) },
      signal: this.#options.signal,
    })
  }

  async judge(job: JudgeJob): Promise<Float32Array> {
    return await runInWorker<LocalJudgeJob, Float32Array>({
      module: moduleBeside(import.meta.url, 'judgePlannedRows'),
      args: { ...job, ...(await this.#here()) },
      signal: this.#options.signal,
    })
  }

  async #here(): Promise<OnThisMachine> {
    const temporaryFolder = join(this.#options.workFolder, 'spill')
    return { embeddings: await this.embedded(), temporaryFolder, threads: this.#threads }
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
