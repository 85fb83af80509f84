import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { endWithUs } from '../support/endWithUs.ts'

/** Lets a process take a lock, does something while it holds it, and kills it. */
export async function killHolder(
  uri: string,
  name: string,
  runId: string,
  whileHeld: () => Promise<void> = async () => {},
): Promise<void> {
  const holder = endWithUs(
    spawn(process.execPath, [join(import.meta.dirname, 'lockHolder.ts'), uri, name, runId], {
      stdio: ['ignore', 'pipe', 'inherit'],
    }),
  )
  await once(holder.stdout, 'data')
  await whileHeld()
  holder.kill('SIGKILL')
  await once(holder, 'exit')
}
