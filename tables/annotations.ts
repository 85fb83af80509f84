import { column } from './column.ts'
import { defineTable } from './defineTable.ts'

export const annotations = defineTable({
  name: 'annotations',
  row: 'one label that one source gave or denied one image',
  key: ['image_id', 'label', 'source'],
  replaces: ['image_id', 'source'],
  columns: {
    image_id: column('text', 'the image'),
    label: column('text', 'class id such as /m/0k4j'),
    source: column('text', 'who says so: folder, csv, verification, machine, ...'),
    confidence: column('float64', '1 verified present, 0 verified absent, between: a machine'),
    run_id: column('text', 'the run that wrote the row'),
  },
})
