import type { RunRecord } from '../catalog/RunRecord.ts'

/** The command that a run was started with, quoted for a POSIX shell. Parameters that are no plain value are left out. */
export function commandLine(
  { command, parameters }: Pick<RunRecord, 'command' | 'parameters'>,
  hub: string,
): string {
  const words = ['imagehub', command, '--hub', quote(hub)]
  for (const [name, value] of Object.entries(parameters)) {
    const flag = `--${name.replace(/[A-Z]/g, letter => `-${letter.toLowerCase()}`).replaceAll('_', '-')}`
    if (flag === '--hub' || !/^--[a-z][a-z0-9-]*$/.test(flag)) continue
    if (value === true) words.push(flag)
    else if (typeof value === 'string' || typeof value === 'number') words.push(flag, quote(String(value)))
    else if (Array.isArray(value) && value.length > 0 && value.every(item => typeof item === 'string'))
      words.push(flag, quote(value.join(',')))
  }
  return words.join(' ')
}

function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}
