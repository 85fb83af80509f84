import files from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

// Loaded before a program (node --import): a file whose name says poison crashes the process that opens it, as a decoder might.
const { open } = files
files.open = async (path, ...rest) => {
  if (String(path).includes('poison')) {
    process.kill(process.pid, 'SIGSEGV')
    await new Promise(() => {})
  }
  return await open(path, ...rest)
}
syncBuiltinESMExports()
