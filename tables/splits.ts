import { column } from './column.ts'
import { defineTable } from './defineTable.ts'

export const splits = defineTable({
  name: 'splits',
  row: 'one image that a head was trained or tested on',
  key: ['head_id', 'image_id'],
  replaces: ['head_id'],
  columns: {
    head_id: column('text', 'the head'),
    image_id: column('text', 'the image'),
    split: column('text', 'train or test'),
    run_id: column('text', 'the run that wrote the row'),
  },
})
