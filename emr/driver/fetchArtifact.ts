import { existsSync } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { HubError } from '../../base/HubError.ts'
import { keepFile } from '../../engines/spark/bundle/keepFile.ts'
import { openStorage } from '../../storage/openStorage.ts'
import { sha256OfFile } from '../../storage/sha256OfFile.ts'
import type { Artifact } from '../compile/JobPlan.ts'

/**
 * Brings a file from S3 to a path of this machine, whose name is to tell its content.
 * @throws HubError `bundle_damaged` where it is not what was uploaded; as the storage does
 */
export async function fetchArtifact({ uri, sha256 }: Artifact, path: string): Promise<void> {
  if (existsSync(path)) return
  const storage = openStorage(dirname(uri))
  try {
    await keepFile(path, async unfinished => {
      await copyFile(await storage.localPath(uri.slice(storage.root.length + 1)), unfinished)
      if ((await sha256OfFile(unfinished)) !== sha256)
        throw new HubError({
          code: 'bundle_damaged',
          message: `${uri} is not what was uploaded`,
          hint: 'upload it again: imagehub emr bundle, and submit anew',
        })
    })
  } finally {
    await storage.close()
  }
}
