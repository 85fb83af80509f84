import type { RunRecord } from '../catalog/RunRecord.ts'
import { collectClasses } from './collect/classes.ts'
import { collectFailures, collectModels } from './collect/failures.ts'
import { collectHead } from './collect/head.ts'
import { collectHistograms } from './collect/histograms.ts'
import {
  collectContactSheet,
  collectImageTotals,
  collectReasons,
  collectResolutions,
} from './collect/images.ts'
import { PictureTaker } from './collect/PictureTaker.ts'
import type { ReportQuery } from './collect/rows.ts'
import type { ReportData } from './ReportData.ts'

export interface CollectReportOptions {
  /** Where the hub is, as people know it: it is shown, and stands in the commands to type again. */
  readonly hub: string
  /** Version of imagehub. */
  readonly codeVersion: string
  /** SQL over the hub's catalog. */
  readonly query: ReportQuery
  /** Run records, in any order. */
  readonly runs: readonly RunRecord[]
  /**
   * The bytes of an image as it is at its origin, or null where it is gone. The caller bounds them (64 MiB is the ingest's own
   * limit); an error makes a placeholder of this one picture.
   */
  readonly readThumbnail: (origin: string) => Promise<Uint8Array | null>
  /** Name or id of the head to report on. Default: the newest. */
  readonly head?: string | undefined
  /** Default: now. */
  readonly generatedAt?: Date
}

/**
 * Gathers what a report shows. Memory and the size of the result are bounded, however many images the hub holds: counts are made by
 * the database, pictures are a few hundred at most, within 2.2 MB.
 * @throws HubError of the query where the catalog cannot be read
 */
export async function collectReport(options: CollectReportOptions): Promise<ReportData> {
  const { hub, codeVersion, query, runs, head, generatedAt = new Date() } = options
  const taker = new PictureTaker(options.readThumbnail)
  // What matters most takes its pictures first: the budget may end.
  return {
    hub,
    generatedAt: generatedAt.toISOString(),
    codeVersion,
    images: await collectImageTotals(query),
    contactSheet: await collectContactSheet(query, taker, 24),
    head: await collectHead(query, taker, { head, mistakes: 20 }),
    reasons: await collectReasons(query, taker, { reasons: 30, examples: 6 }),
    classes: await collectClasses(query, taker, { classes: 20, examples: 4 }),
    resolutions: await collectResolutions(query, 250),
    histograms: await collectHistograms(query),
    models: await collectModels(query),
    failures: await collectFailures(query, 50),
    runs: runs.toSorted((a, b) => Date.parse(a.started_at) - Date.parse(b.started_at)),
  }
}
