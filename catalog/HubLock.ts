import { setTimeout as sleep } from 'node:timers/promises'
import { HubError, userError } from '../base/HubError.ts'
import { isAlive, type ProcessIdentity, thisProcess } from '../base/processIdentity.ts'
import type { Storage } from '../storage/Storage.ts'

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
  /** The run that held the lock before and whose process died without releasing it. */
  readonly deadRun: string | null
  #beating: NodeJS.Timeout
  #writing: Promise<unknown> = Promise.resolve()

  private constructor(storage: Storage, key: string, runId: string, deadRun: string | null) {
    this.deadRun = deadRun
    this.#storage = storage
    this.#key = key
    this.#runId = runId
    this.#beating = setInterval(() => this.#write(false), beatSeconds * 1000)
    this.#beating.unref()
  }

  /** @throws HubError `hub_busy` naming the run that holds the lock */
  static async acquire(storage: Storage, name: string, runId: string): Promise<HubLock> {
    const prefix = `locks/${name}/`
    const keyOf = (generation: number) => `${prefix}${String(generation).padStart(10, '0')}.json`
    const generations = async () => {
      const found: number[] = []
      for await (const { key } of storage.list({ prefix }))
        found.push(Number.parseInt(key.slice(prefix.length), 10))
      return found.sort((a, b) => a - b)
    }
    for (;;) {
      const before = await generations()
      const newest = before.at(-1) ?? 0
      const holder = newest === 0 ? null : await readRecord(storage, keyOf(newest))
      if (holder !== null && isHeld(holder))
        throw userError(
          'hub_busy',
          `run ${holder.run_id} (process ${holder.pid} on ${holder.place.split('/')[0]}) is doing the same work on this hub`,
          'wait for it to end, or end it; what it finished is kept',
        )
      const key = keyOf(newest + 1)
      if (await storage.create(key, serialise(runId, false))) {
        // Others may have come and gone since the listing, and removed what stood at this place.
        if ((await generations()).at(-1) === newest + 1) {
          for (const old of before) if (old < newest) await storage.remove(keyOf(old))
          const died = holder !== null && !holder.released && isAlive(holder) === false
          return new HubLock(storage, key, runId, died ? holder.run_id : null)
        }
        await storage.remove(key)
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

/** Null where there is no record, or one that a power cut left damaged: nobody who could read it holds the lock. */
async function readRecord(storage: Storage, key: string): Promise<LockRecord | null> {
  try {
    return JSON.parse(new TextDecoder().decode(await storage.read(key))) as LockRecord
  } catch (thrown) {
    if (thrown instanceof SyntaxError || (thrown instanceof HubError && thrown.code === 'not_found'))
      return null
    throw thrown
  }
}

function isHeld(holder: LockRecord): boolean {
  if (holder.released) return false
  return isAlive(holder) ?? Date.now() - Date.parse(holder.beat_at) < silenceSeconds * 1000
}
