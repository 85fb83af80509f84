import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A test's context, or `{ after }` of node:test for what lasts as long as a whole file. */
export interface Scope {
  after(end: () => unknown): void
}

/** An empty folder that goes away with the test. */
export async function temporaryFolder(test: Scope): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'imagehub-test-'))
  test.after(() => rm(folder, { recursive: true, force: true }))
  return folder
}
