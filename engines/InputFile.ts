import type { Storage } from '../storage/Storage.ts'

/** A Parquet file that a pipeline reads: one of the hub's, by its key, or one on this machine. */
export type InputFile = { readonly key: string } | { readonly path: string }

/** The file on this machine, fetched where it is not. */
export async function localPathOf(file: InputFile, storage: Storage): Promise<string> {
  return 'path' in file ? file.path : await storage.localPath(file.key)
}
