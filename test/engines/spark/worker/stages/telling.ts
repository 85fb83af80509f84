import { appendFileSync, existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { threadId } from 'node:worker_threads'
import { z } from 'zod'
import { defineStage } from '../../../../../stages/Stage.ts'
import { batchToRows, rowsToBatch } from '../../../../../tables/batch.ts'
import { column, nullable } from '../../../../../tables/column.ts'

const params = z.object({
  /** The stage waits at its first batch until this file is there. */
  waitFor: z.string().optional(),
  /** File that gets a byte from each task that waits. */
  waiting: z.string().optional(),
})

export const tellingInput = { id: column('text', 'names the row') } as const
export const tellingOutput = {
  id: column('text', 'names the row'),
  process: column('int32', 'process id'),
  thread: column('int32', 'thread id'),
  gpu: nullable('text', 'address of the GPU'),
  opened: column('int32', 'how often this thread opened what it keeps'),
} as const

let opened = 0

/** Tells where it runs. */
export default defineStage<z.infer<typeof params>, typeof tellingInput, typeof tellingOutput>({
  name: 'telling',
  module: import.meta.url,
  version: '1',
  input: tellingInput,
  output: tellingOutput,
  params,
  async *map(input, { params: { waitFor, waiting }, keep, gpu, signal }) {
    const kept = await keep('a model', async () => ({
      number: ++opened,
      [Symbol.asyncDispose]: async () => console.log(`the thread closed ${opened}`),
    }))
    for await (const batch of input) {
      if (waiting !== undefined) appendFileSync(waiting, '.')
      while (waitFor !== undefined && !existsSync(waitFor)) await sleep(5, undefined, { signal })
      yield rowsToBatch(
        tellingOutput,
        batchToRows(tellingInput, batch).map(({ id }) => ({
          id,
          process: process.pid,
          thread: threadId,
          gpu: gpu ?? null,
          opened: kept.number,
        })),
      )
    }
  },
})
