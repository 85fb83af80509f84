import type { Readable } from 'node:stream'

export interface ObjectInfo {
  /** Path below the storage's root, with `/` between its parts, never starting with one. */
  readonly key: string
  readonly bytes: number
  /** Entity tag without quotes; null where the storage has none (files). */
  readonly etag: string | null
  /** Microseconds since 1970-01-01T00:00:00Z. */
  readonly modifiedAt: number
}

/** A range of bytes: `start` inclusive, `end` exclusive; without `end`, to the end of the object. */
export interface ByteRange {
  readonly start: number
  readonly end?: number
}

export interface ReadOptions {
  readonly range?: ByteRange
  /** Refuse with code `too_many_bytes` before more than this is held. */
  readonly maxBytes?: number
  readonly signal?: AbortSignal
}

export interface ListOptions {
  /** Only keys that start with this. */
  readonly prefix?: string
  /** How many sub-prefixes are listed at once. @default 16 */
  readonly concurrency?: number
  readonly signal?: AbortSignal
}

/** Bytes to write: whole, or a stream of chunks that is never held whole. */
export type Body = Uint8Array | string | AsyncIterable<Uint8Array>

/**
 * A folder of objects, on a file system or in S3, behind one interface. Keys are relative to the root and may not escape it
 * (code `key_outside_root`). Errors are HubErrors with the cause kept and one of the codes `not_found`, `bucket_not_found`,
 * `access_denied`, `credentials_missing`, `credentials_rejected`, `not_a_file`, `not_a_folder`, `too_many_bytes`, `storage_full`,
 * `object_changed`, and, after the attempts of the retry policy, `storage_unavailable`, `storage_timeout` or `body_cut_short`.
 * What is aborted by a signal throws the signal's reason.
 */
export interface Storage {
  /** Canonical URI without a trailing slash: `file:///data/hub` or `s3://bucket/prefix`. */
  readonly root: string
  /** What is known of an object, or null where there is none. */
  stat(key: string, options?: Pick<ReadOptions, 'signal'>): Promise<ObjectInfo | null>
  read(key: string, options?: ReadOptions): Promise<Uint8Array>
  /** A stream that resumes by itself from the byte it reached when the connection breaks. */
  openRead(key: string, options?: Omit<ReadOptions, 'maxBytes'>): Promise<Readable>
  /** Atomic: a reader sees the old object or the new one, never a part. */
  write(key: string, body: Body, options?: { readonly signal?: AbortSignal }): Promise<ObjectInfo>
  /** Atomic create: false, and nothing changed, where the key exists already. Exactly one of many racing writers gets true. */
  create(key: string, body: Uint8Array | string): Promise<boolean>
  /**
   * Every object below the root (or prefix), in no particular order, without holding the listing. A root folder or bucket that is not
   * there is an error (`not_found`, `bucket_not_found`); a prefix with nothing below it is empty.
   */
  list(options?: ListOptions): AsyncIterable<ObjectInfo>
  /** Removes an object; no error where there is none. */
  remove(key: string): Promise<void>
  /** A local path with the object's bytes: the file itself, or a download into a cache that a changed object replaces. */
  localPath(key: string): Promise<string>
  /**
   * Stores a local file under the key, atomically, by a link where the file system allows it: the file stays where it is, may be
   * removed, and must not be changed afterwards.
   */
  putFile(key: string, path: string): Promise<ObjectInfo>
  /** The URI of a key, as it is written into `origin`. */
  uri(key: string): string
  /** Removes what writers that were killed on this machine left unfinished; nobody sees it, but it takes room. */
  sweep(): Promise<void>
  close(): Promise<void>
}
