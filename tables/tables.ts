import { annotations } from './annotations.ts'
import { class_edges } from './class_edges.ts'
import { classes } from './classes.ts'
import { embeddings } from './embeddings.ts'
import { failures } from './failures.ts'
import { heads } from './heads.ts'
import { images } from './images.ts'
import { manifest } from './manifest.ts'
import { predictions } from './predictions.ts'
import { quality } from './quality.ts'
import { splits } from './splits.ts'

/** Every table that a hub's snapshot holds, by name. */
export const tables = {
  manifest,
  images,
  quality,
  annotations,
  classes,
  class_edges,
  embeddings,
  heads,
  splits,
  predictions,
  failures,
} as const

export type TableName = keyof typeof tables
