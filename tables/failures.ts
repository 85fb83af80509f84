import { column, nullable } from './column.ts'
import { defineTable } from './defineTable.ts'

export const failures = defineTable({
  name: 'failures',
  row: 'one image that one stage of one run could not process',
  key: ['run_id', 'stage', 'origin'],
  columns: {
    run_id: column('text', 'the run'),
    stage: column('text', 'the stage'),
    origin: column('text', 'URI the image came from'),
    image_id: nullable('text', 'the image, where it is known'),
    code: column('text', 'reason code'),
    message: column('text', 'what was said, for people'),
  },
})
