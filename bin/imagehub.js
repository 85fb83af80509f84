#!/usr/bin/env node
// Runs the command line under Node 24 or newer: this process where it is one, else the Node that npm installed beside us.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import module, { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const oldestNode = 24
const compiled = new URL('../dist/cli/main.js', import.meta.url)
const source = new URL('../cli/main.ts', import.meta.url)
// A checkout has both once it was packed: there the source is what the person edits. A package has only the compiled one.
const entry = existsSync(source) ? source : compiled

if (Number.parseInt(process.versions.node, 10) >= oldestNode) {
  // Compiled code is kept for the next start, which then takes half the time.
  const cache =
    process.env.IMAGEHUB_CACHE ?? join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'imagehub')
  module.enableCompileCache(join(cache, 'code'))
  const { main } = await import(entry.href)
  await main(process.argv.slice(2))
} else {
  const child = spawn(bundledNode(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}

function bundledNode() {
  try {
    return createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/bin/node`)
  } catch {
    console.error(
      `imagehub: Node ${process.versions.node} is too old and npm brings no Node ${oldestNode} for ${process.platform}-${process.arch}: install Node ${oldestNode} or newer`,
    )
    process.exit(1)
  }
}
