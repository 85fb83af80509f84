import { createHash, randomUUID } from 'node:crypto'
import { isRunning, thisProcess } from '../base/processIdentity.ts'

/** Names that start so are files being written, or left by a process that was killed: no listing shows them. */
export const temporaryPrefix = '.imagehub-tmp-'

/** A new name for a file being written; it tells where and by which process. */
export function temporaryName(): string {
  const { place, pid } = thisProcess()
  return `${temporaryPrefix}${placeHash(place)}-${pid}-${randomUUID()}`
}

/** Whether the process that was writing a file so named is gone; only a process of this machine can be known to be. */
export function isAbandoned(name: string): boolean {
  const match = /^([0-9a-f]{8})-(\d+)-/.exec(
    name.startsWith(temporaryPrefix) ? name.slice(temporaryPrefix.length) : '',
  )
  return match !== null && match[1] === placeHash(thisProcess().place) && !isRunning(Number(match[2]))
}

function placeHash(place: string): string {
  return createHash('sha256').update(place).digest('hex').slice(0, 8)
}
