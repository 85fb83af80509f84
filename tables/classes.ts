import { column } from './column.ts'
import { defineTable } from './defineTable.ts'

export const classes = defineTable({
  name: 'classes',
  row: 'one class',
  key: ['label'],
  columns: {
    label: column('text', 'class id such as /m/0k4j'),
    display_name: column('text', 'name for people'),
    run_id: column('text', 'the run that wrote the row'),
  },
})
