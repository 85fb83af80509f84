import type { Artifact } from '../compile/JobPlan.ts'

/** A file for S3 that is made, or found, when it is asked for. */
export interface ArtifactFile extends Artifact {
  /** For people: `bundle`, `plan`, ... */
  readonly what: string
  /** Null where it is not known before it is asked for. */
  readonly bytes: number | null
  content(): Promise<{ readonly path: string } | { readonly text: string | Uint8Array }>
}

export const artifactOf = ({ uri, sha256 }: Artifact): Artifact => ({ uri, sha256 })
