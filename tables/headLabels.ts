import { column } from './column.ts'

/** The labels of one head as a table for its queries. Not kept in a hub. */
export const headLabels = {
  position: column('int32', 'index into the outputs, from 0'),
  label: column('text', 'class id'),
} as const
