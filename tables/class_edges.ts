import { column } from './column.ts'
import { defineTable } from './defineTable.ts'

/** The class hierarchy is a DAG: a child may have several parents. */
export const class_edges = defineTable({
  name: 'class_edges',
  row: 'one edge of the class hierarchy',
  key: ['parent', 'child', 'relation'],
  columns: {
    parent: column('text', 'class id of the wider class'),
    child: column('text', 'class id of the narrower class, or of the part'),
    relation: column('text', 'subcategory or part'),
    run_id: column('text', 'the run that wrote the row'),
  },
})
