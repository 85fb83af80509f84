import { column } from './column.ts'
import { defineTable } from './defineTable.ts'

export const predictions = defineTable({
  name: 'predictions',
  row: 'one class that a head considered for one image',
  key: ['head_id', 'image_id', 'label'],
  replaces: ['head_id', 'image_id'],
  columns: {
    head_id: column('text', 'the head'),
    image_id: column('text', 'the image'),
    label: column('text', 'class id'),
    probability: column('float64', '0 to 1'),
    rank: column('int32', '1 is the most probable class of the image'),
    run_id: column('text', 'the run that wrote the row'),
  },
})
