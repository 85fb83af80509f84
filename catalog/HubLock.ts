import { setTimeout as sleep } from 'node:timers/promises'
import { userError } from '../base/HubError.ts'
import type { Storage } from '../storage/Storage.ts'
import { isAlive, type ProcessIdentity, thisProcess } from './processIdentity.ts'

/** A holder elsewhere that was silent for this long is taken for dead. */
const silenceSeconds = 60
const beatSeconds = 10

interface LockRecord extends ProcessIdentity {
  readonly run_id: string
  readonly beat_at: string
  readonly released: boolean
}

/**
 * Keeps two runs of the same work apart. Each holder makes the next generation's file by create-if-absent, so one of many wins; the
 * highest generation holds the lock until it is released, its process is gone, or (on another machine) it falls silent.
 * A run that loses its lock while asleep does no harm: commits are guarded by themselves.
 */
export class HubLock {
  readonly #storage: Storage
  readonly #key: string
  readonly #runId: string
  #beating: NodeJS.Timeout
  #writing: Promise<unknown> = Promise.resolve()

  private constructor(storage: Storage, key: string, runId: string) {
    this.#storage = storage
    this.#key = key
    this.#runId = runId
    this.#beating = setInterval(() => this.#write(false), beatSeconds * 1000)
    this.#beating.unref()
  }

  /** @throws HubError `hub_busy` naming the run that holds the lock */
  static async acquire(storage: Storage, name: string, runId: string): Promise<HubLock> {
    for (;;) {
      const prefix = `locks/${name}/`
      const generations: number[] = []
      for await (const { key } of storage.list({ prefix }))
        generations.push(Number.parseInt(key.slice(prefix.length), 10))
      const newest = Math.max(0, ...generations)
      const keyOf = (generation: number) => `${prefix}${String(generation).padStart(10, '0')}.json`
      const holder = newest === 0 ? null : await readRecord(storage, keyOf(newest))
      if (holder !== null && isHeld(holder))
        throw userError(
          'hub_busy',
          `run ${holder.run_id} (process ${holder.pid} on ${holder.place.split('/')[0]}) is doing the same work on this hub`,
          'wait for it to end, or end it; what it finished is kept',
        )
      const key = keyOf(newest + 1)
      if (await storage.create(key, serialise(runId, false))) {
        for (const old of generations) if (old < newest) await storage.remove(keyOf(old))
        return new HubLock(storage, key, runId)
      }
      await sleep(10 + Math.random() * 40)
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#beating)
    await this.#write(true)
  }

  #write(released: boolean): Promise<unknown> {
    this.#writing = this.#writing
      .then(() => this.#storage.write(this.#key, serialise(this.#runId, released)))
      // A missed beat is no reason to end a run; the next one follows.
      .catch(() => undefined)
    return this.#writing
  }
}

function serialise(runId: string, released: boolean): string {
  const record: LockRecord = { ...thisProcess(), run_id: runId, beat_at: new Date().toISOString(), released }
  return `${JSON.stringify(record)}\n`
}

async function readRecord(storage: Storage, key: string): Promise<LockRecord | null> {
  const found = await storage.stat(key)
  if (found === null) return null
  return JSON.parse(new TextDecoder().decode(await storage.read(key))) as LockRecord
}

function isHeld(holder: LockRecord): boolean {
  if (holder.released) return false
  return isAlive(holder) ?? Date.now() - Date.parse(holder.beat_at) < silenceSeconds * 1000
}
