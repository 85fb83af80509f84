import { writeSync } from 'node:fs'
import {
  type DataType,
  Field,
  Float64,
  Int32,
  Int64,
  LargeUtf8,
  List,
  Table,
  Utf8,
  vectorFromArray,
} from 'apache-arrow'
import { z } from 'zod'
import { defineStage } from '../../../../../stages/Stage.ts'
import { column } from '../../../../../tables/column.ts'

const params = z.object({
  how: z.enum([
    'absent',
    'other type',
    'other size',
    'other elements',
    'null',
    'more',
    'busy',
    'hang',
    'rejection',
    'end',
  ]),
})

export const faultyInput = { id: column('text', 'names the row') } as const
export const faultyOutput = {
  id: column('text', 'names the row'),
  number: column('int64', 'a number'),
  words: column('text_list', 'words'),
} as const

/** Gives what it should not, in many ways. */
export default defineStage<z.infer<typeof params>>({
  name: 'faulty',
  module: import.meta.url,
  version: '1',
  input: faultyInput,
  output: faultyOutput,
  params,
  async *map(input, { params: { how } }) {
    for await (const { numRows } of input) {
      // Heard at once, whatever the thread does next.
      if (how === 'busy' || how === 'hang') writeSync(2, 'it hangs\n')
      if (how === 'busy') for (;;);
      if (how === 'hang') await new Promise(() => setInterval(() => {}, 1000))
      if (how === 'end') return
      if (how === 'rejection') {
        Promise.reject(new Error('nobody waits for this'))
        await new Promise(resolve => setTimeout(resolve, 60_000))
      }
      const values = <T>(value: T) => Array.from({ length: numRows }, () => value)
      const column = (type: DataType, value: unknown) => vectorFromArray(values(value), type)
      const words = new List(new Field('w', how === 'other elements' ? new Float64() : new Utf8(), true))
      const columns = {
        ...(how === 'absent'
          ? {}
          : { id: column(how === 'other type' ? new LargeUtf8() : new Utf8(), how === 'null' ? null : 'x') }),
        number: how === 'other size' ? column(new Int32(), 1) : column(new Int64(), 1n),
        words: column(words, how === 'other elements' ? [1] : ['w']),
        ...(how === 'more' ? { more: column(new Utf8(), 'm') } : {}),
      }
      const [batch] = new Table(columns as never).batches
      if (batch !== undefined) yield batch
    }
  },
})
