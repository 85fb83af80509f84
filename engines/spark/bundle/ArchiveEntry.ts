/** A file of the worker archive: from a file here, or of bytes. */
export interface ArchiveEntry {
  /** Relative, with slashes. */
  readonly name: string
  readonly executable: boolean
  readonly content: { readonly file: string } | { readonly bytes: Uint8Array }
}
