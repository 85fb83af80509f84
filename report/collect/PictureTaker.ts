import type { Picture, Thumbnail } from '../ReportData.ts'
import { makeThumbnail } from './thumbnail.ts'

/** Bytes of all data URIs in a report, as text: with charts and tables the file stays under 3 MB. */
const maximumTotalBytes = 2_200_000
/** At once: enough to hide the latency of S3, few enough that the decoded pictures fit in memory. */
const concurrency = 4

export interface PictureRequest {
  readonly origin: string
  readonly imageId: string | null
  readonly note: string | null
}

/** Takes the thumbnails of a report within one budget of bytes. */
export class PictureTaker {
  private readonly readThumbnail: (origin: string) => Promise<Uint8Array | null>
  private spent = 0

  constructor(readThumbnail: (origin: string) => Promise<Uint8Array | null>) {
    this.readThumbnail = readThumbnail
  }

  /** One picture for each request, in the same order; an unreadable source or an empty budget gives a placeholder. */
  async take(requests: readonly PictureRequest[]): Promise<Picture[]> {
    const pictures: Picture[] = []
    for (let start = 0; start < requests.length; start += concurrency) {
      const batch = requests.slice(start, start + concurrency)
      const thumbnails = await Promise.all(batch.map(({ origin }) => this.thumbnail(origin)))
      // Charged in order, not as they come, so that the same hub gives the same report.
      batch.forEach((request, index) => {
        pictures.push({ ...request, thumbnail: this.charge(thumbnails[index] ?? leftOut) })
      })
    }
    return pictures
  }

  private async thumbnail(origin: string): Promise<Thumbnail> {
    if (this.spent >= maximumTotalBytes) return leftOut
    let bytes: Uint8Array | null
    try {
      bytes = await this.readThumbnail(origin)
    } catch {
      return { kind: 'placeholder', because: 'the file cannot be read' }
    }
    return makeThumbnail(bytes)
  }

  private charge(thumbnail: Thumbnail): Thumbnail {
    if (thumbnail.kind !== 'picture') return thumbnail
    if (this.spent + thumbnail.uri.length > maximumTotalBytes) {
      this.spent = maximumTotalBytes
      return leftOut
    }
    this.spent += thumbnail.uri.length
    return thumbnail
  }
}

const leftOut: Thumbnail = { kind: 'placeholder', because: 'left out to keep the report small' }
