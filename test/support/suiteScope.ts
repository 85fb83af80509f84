import { after } from 'node:test'
import type { Scope } from './temporaryFolder.ts'

/** For what a `before` hook starts: it ends with the `describe` in whose body this is called, last started first. */
export function suiteScope(): Scope {
  const ends: (() => unknown)[] = []
  after(async () => {
    for (const end of ends.reverse()) await end()
  })
  return { after: end => void ends.push(end) }
}
