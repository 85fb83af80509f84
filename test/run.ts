import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { dirname } from 'node:path'

// node test/run.ts [--slow | --floors] [name ...]: all tests, the slow ones too, only the floors, or files whose path holds a name.
const args = process.argv.slice(2)
const slow = args.includes('--slow')
const names = args.includes('--floors') ? ['test/floors.test.ts'] : args.filter(arg => !arg.startsWith('--'))
process.chdir(dirname(import.meta.dirname))
const files = globSync('test/**/*.test.ts')
  .filter(file => slow === file.endsWith('.slow.test.ts'))
  .filter(file => names.length === 0 || names.some(name => file.includes(name)))
  .sort()

if (files.length === 0) {
  console.error(`no test file matches ${names.join(' ')}`)
  process.exit(2)
}
const child = spawn(
  process.execPath,
  ['--test', '--test-concurrency=2', '--test-timeout=900000', '--test-reporter=spec', ...files],
  { stdio: 'inherit' },
)
child.on('exit', (code, signal) => process.exit(signal === null ? (code ?? 1) : 1))
