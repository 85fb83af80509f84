import { column } from './column.ts'
import { defineTable } from './defineTable.ts'
import { scores } from './scores.ts'

export const quality = defineTable({
  name: 'quality',
  row: 'one image whose pixels were read, with its scores',
  key: ['image_id'],
  columns: {
    image_id: column('text', 'the image'),
    ...scores,
    run_id: column('text', 'the run that wrote the row'),
  },
})
