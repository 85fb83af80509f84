import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { dirname } from 'node:path'

// node bench/run.ts [name ...]: every benchmark, or those whose file name holds a name, one after the other. Each prints its method's
// conditions and whether it reached its figure; options of a single one: node bench/NAME.bench.ts OPTIONS.
process.chdir(dirname(import.meta.dirname))
const names = process.argv.slice(2)
const files = globSync('bench/*.bench.ts')
  .filter(file => names.length === 0 || names.some(name => file.includes(name)))
  .sort()
if (files.length === 0) {
  console.error(`no benchmark matches ${names.join(' ')}`)
  process.exit(2)
}
for (const file of files) {
  console.log(`\n== ${file}`)
  const { status } = spawnSync(process.execPath, [file], { stdio: 'inherit' })
  if (status !== 0) process.exitCode = 1
}
