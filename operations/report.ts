import { codeVersion } from '../base/codeVersion.ts'
import { HubError } from '../base/HubError.ts'
import type { Hub } from '../catalog/Hub.ts'
import { collectReport } from '../report/collectReport.ts'
import type { ReportData } from '../report/ReportData.ts'
import { defaultDecodeLimits } from '../stages/image/limits.ts'
import type { StorageOptions } from '../storage/openStorage.ts'
import { openOriginReader } from '../storage/originReader.ts'
import { openHubCatalog } from './openHubCatalog.ts'
import { originAccess } from './photoAccess.ts'

export interface ReportOptions {
  readonly hub: Hub
  /** The hub as the person named it. */
  readonly hubName: string
  /** Name or id of the head to report on. @default the newest */
  readonly head?: string
  /** How the pictures' origins are reached. @default as the runs did that ingested them */
  readonly storage?: StorageOptions
  readonly signal: AbortSignal
}

/** What a report of the hub's newest snapshot shows. Pictures that are gone become placeholders. */
export async function reportOnHub(options: ReportOptions): Promise<ReportData> {
  const { hub, hubName, head, storage, signal } = options
  await using catalog = await openHubCatalog(hub)
  // A report is read by somebody who waits: a picture that does not come soon is left out.
  const reader = openOriginReader({ ...(await originAccess(catalog, storage)), idleMilliseconds: 5000 })
  try {
    return await collectReport({
      hub: hubName,
      codeVersion: codeVersion(),
      query: async (sql, parameters) => (await catalog.query(sql, parameters)).rows,
      runs: await hub.runs(),
      readThumbnail: async origin => {
        signal.throwIfAborted()
        try {
          return await reader.read(origin, { maxBytes: defaultDecodeLimits.maxBytes, signal })
        } catch (thrown) {
          if (thrown instanceof HubError && thrown.code === 'not_found') return null
          throw thrown
        }
      },
      ...(head === undefined ? {} : { head }),
    })
  } finally {
    await reader.close()
  }
}
