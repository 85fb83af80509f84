import { readSql } from './readSql.ts'
import { splitSql } from './sqlHeader.ts'

/** A view or macro of the catalog, from one file below sql/. */
export interface CatalogObject {
  readonly kind: 'view' | 'macro'
  readonly name: string
  /** What a row is. */
  readonly doc: string
  /** The statement that creates it. */
  readonly ddl: string
}

/** Every view and macro, each after those it reads. A view's file holds its SELECT, a macro's its CREATE MACRO. */
const order = [
  { kind: 'view', name: 'class_closure' },
  { kind: 'view', name: 'labels' },
  { kind: 'view', name: 'image_labels' },
  { kind: 'view', name: 'accepted_images' },
  { kind: 'view', name: 'current_heads' },
  { kind: 'view', name: 'latest_predictions' },
  { kind: 'view', name: 'test_results' },
  { kind: 'view', name: 'run_stages' },
  { kind: 'view', name: 'dictionary' },
  { kind: 'macro', name: 'class_id' },
  { kind: 'macro', name: 'class_name' },
  { kind: 'macro', name: 'descendants' },
  { kind: 'macro', name: 'ancestors' },
  { kind: 'macro', name: 'head_ids' },
  { kind: 'macro', name: 'image_origin' },
] as const

/** The views and macros of sql/, in the order in which they can be created. */
export function catalogObjects(): CatalogObject[] {
  return order.map(({ kind, name }) => {
    const { comment, sql } = splitSql(readSql(kind === 'view' ? 'views' : 'macros', name))
    return {
      kind,
      name,
      doc: comment.join(' '),
      ddl: kind === 'view' ? `CREATE VIEW ${name} AS ${sql}` : sql,
    }
  })
}
