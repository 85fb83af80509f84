import { writeFile } from 'node:fs/promises'

/** Writes a shell script that can be run: for programs that a machine may have in any version, or not work. */
export async function writeProgram(path: string, script: string): Promise<void> {
  await writeFile(path, `#!/bin/sh\n${script}\n`, { mode: 0o755 })
}
