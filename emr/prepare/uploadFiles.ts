import type { Storage } from '../../storage/Storage.ts'
import type { ArtifactFile } from './ArtifactFile.ts'

export interface UploadFilesOptions {
  /** The hub's. */
  readonly storage: Storage
  readonly files: readonly ArtifactFile[]
  readonly signal: AbortSignal
  readonly onNote?: (line: string) => void
}

export interface UploadedFiles {
  readonly uploaded: readonly string[]
  /** Bytes that went over the network. */
  readonly bytes: number
}

/** Which of the files are not in S3 yet. Their names tell their content, so that one that is there is the right one. */
export async function missingFiles(
  storage: Storage,
  files: readonly ArtifactFile[],
): Promise<readonly ArtifactFile[]> {
  const found = await Promise.all(files.map(async ({ uri }) => await storage.stat(keyOf(storage, uri))))
  return files.filter((_, index) => found[index] === null)
}

/** Puts files where they are not yet, each whole or not at all. Throws what the storage does. */
export async function uploadFiles(options: UploadFilesOptions): Promise<UploadedFiles> {
  const { storage, signal, onNote = () => {} } = options
  const missing = await missingFiles(storage, options.files)
  let bytes = 0
  for (const file of missing) {
    signal.throwIfAborted()
    const content = await file.content()
    if (file.bytes === null || file.bytes > 1e6) onNote(`uploading the ${file.what} to ${file.uri}`)
    const key = keyOf(storage, file.uri)
    const stored =
      'path' in content
        ? await storage.putFile(key, content.path)
        : await storage.write(key, content.text, { signal })
    bytes += stored.bytes
  }
  return { uploaded: missing.map(({ uri }) => uri), bytes }
}

function keyOf(storage: Storage, uri: string): string {
  return uri.slice(storage.root.length + 1)
}
