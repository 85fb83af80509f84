import assert from 'node:assert/strict'
import { globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { pathToFileURL } from 'node:url'
import { runProcess } from './support/commandLine.ts'

const root = dirname(import.meta.dirname)

/** Entries of threads and processes: they are started, not imported. */
const entries = new Set([
  'emr/driver/main.ts',
  'engines/local/worker.ts',
  'engines/spark/server/bridge.ts',
  'engines/spark/server/keeper.ts',
  'engines/spark/setup/main.ts',
  'engines/spark/worker/main.ts',
  'engines/spark/worker/thread/threadMain.ts',
  'models/importers/convertProcess.ts',
  'base/functionWorker.ts',
])

test('importing any module reads and writes nothing, opens no connection and starts no thread or process', async () => {
  const files = globSync(
    '{index.ts,{base,tables,storage,sql,models,stages,sources,samples,pipelines,catalog,engines,report,operations,jobs,emr,cli}/**/*.ts}',
    { cwd: root },
  )
    .filter(file => !entries.has(file))
    .sort()
  assert.ok(files.length > 150)
  const modules = files.map(file => pathToFileURL(join(root, file)).href)
  // Node itself refuses what is not allowed; --allow-addons is for the libraries of DuckDB, onnxruntime and sharp.
  const script = `
    import fs from 'node:fs'
    import { syncBuiltinESMExports } from 'node:module'
    const calls = []
    const watch = (api, name) => {
      const real = api[name]
      api[name] = function (...args) {
        const caller = new Error().stack.split('\\n')[2] ?? ''
        if (caller.includes(${JSON.stringify(pathToFileURL(root).href)}) && !caller.includes('/node_modules/')) calls.push(name + caller)
        return Reflect.apply(real, this, args)
      }
    }
    for (const api of [fs, fs.promises])
      for (const name of Object.keys(api)) if (/^[a-z]/.test(name) && typeof api[name] === 'function') watch(api, name)
    for (const name of ['setTimeout', 'setInterval', 'fetch']) watch(globalThis, name)
    syncBuiltinESMExports()
    for (const module of ${JSON.stringify(modules)}) await import(module)
    const open = process.getActiveResourcesInfo().filter(name => !/^(TTY|Pipe|FS)/.test(name))
    console.log(JSON.stringify({ open, calls }))`
  const { code, stdout, stderr } = await runProcess(
    process.execPath,
    [
      '--permission',
      '--allow-fs-read=*',
      '--allow-addons',
      '--no-warnings',
      '--input-type=module',
      '--eval',
      script,
    ],
    { cwd: root },
  )
  assert.equal(code, 0, stderr)
  assert.deepEqual(JSON.parse(stdout), { open: [], calls: [] })
})
