import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { dirname } from 'node:path'

// node test/run.ts [--slow | --faults | --floors] [name ...]: the tests, the slow ones, those that break clusters, or only the floors; of
// these the files whose path holds a name.
const args = process.argv.slice(2)
const kind = args.includes('--slow') ? 'slow' : args.includes('--faults') ? 'fault' : 'usual'
const names = args.includes('--floors') ? ['test/floors.test.ts'] : args.filter(arg => !arg.startsWith('--'))
/** Far more than either takes on two busy cores. */
const deadlineMinutes = 40
process.chdir(dirname(import.meta.dirname))
const files = globSync('test/**/*.test.ts')
  .filter(file => kind === (/\.(slow|fault)\.test\.ts$/.exec(file)?.[1] ?? 'usual'))
  .filter(file => names.length === 0 || names.some(name => file.includes(name)))
  .sort()

if (files.length === 0) {
  console.error(`no test file matches ${names.join(' ')}`)
  process.exit(2)
}
const child = spawn(
  process.execPath,
  [
    '--test',
    '--test-concurrency=2',
    `--test-timeout=${kind === 'usual' ? 300_000 : 900_000}`,
    '--test-reporter=spec',
    `--import=${new URL('support/endWithTests.ts', import.meta.url)}`,
    ...files,
  ],
  { stdio: 'inherit' },
)
process.once('SIGTERM', () => child.kill('SIGTERM'))
// The last resort, where a file cannot end itself: the runner, told to end, ends it and says which it was.
const deadline = setTimeout(() => {
  console.error(`the tests were not done after ${deadlineMinutes} minutes`)
  child.kill('SIGTERM')
}, deadlineMinutes * 60_000)
child.on('exit', (code, signal) => {
  clearTimeout(deadline)
  process.exit(signal === null ? (code ?? 1) : 1)
})
