import { registerHooks } from 'node:module'
import { pathToFileURL } from 'node:url'
import { workerData } from 'node:worker_threads'
import type { ThreadSetting } from '../threadMessages.ts'

// Begins a stage's thread: loads the stage's bundle, which may lie anywhere, while native packages come from the worker's own archive.

const { bundle } = workerData as ThreadSetting
const bundleUrl = pathToFileURL(bundle).href
process.setSourceMapsEnabled(true)
registerHooks({
  resolve: (specifier, context, next) =>
    context.parentURL === bundleUrl && /^[a-z@]/.test(specifier) && !specifier.startsWith('node:')
      ? next(specifier, { ...context, parentURL: import.meta.url })
      : next(specifier, context),
})
await import(bundleUrl)
