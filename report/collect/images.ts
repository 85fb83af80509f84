import type { ImageTotals, Picture, ReasonGroup, ResolutionSummary } from '../ReportData.ts'
import type { PictureTaker } from './PictureTaker.ts'
import {
  groupRows,
  numberOf,
  numberOrNull,
  type ReportQuery,
  type ReportRow,
  textOf,
  textOrNull,
} from './rows.ts'

/** How many images there are, by verdict. */
export async function collectImageTotals(query: ReportQuery): Promise<ImageTotals> {
  const [totals = {}] = await query(`
    SELECT count(*) AS total, count(DISTINCT image_id) AS distinct_ids, CAST(coalesce(sum(bytes), 0) AS DOUBLE) AS bytes
    FROM images`)
  const verdicts = await query(
    'SELECT verdict, count(*) AS n FROM images GROUP BY verdict ORDER BY n DESC, verdict',
  )
  const versions = await query('SELECT DISTINCT rules_version FROM images ORDER BY rules_version LIMIT 10')
  return {
    total: numberOf(totals, 'total'),
    distinct: numberOf(totals, 'distinct_ids'),
    bytes: numberOf(totals, 'bytes'),
    verdicts: verdicts.map(row => ({ verdict: textOf(row, 'verdict'), count: numberOf(row, 'n') })),
    rulesVersions: versions.map(row => textOf(row, 'rules_version')),
  }
}

/** Accepted pictures, round the classes. Labels are looked up for a sample only: there may be millions of images. */
export async function collectContactSheet(
  query: ReportQuery,
  taker: PictureTaker,
  pictures: number,
): Promise<Picture[]> {
  const rows = await query(
    `WITH sample AS (
      SELECT image_id, origin FROM accepted_images ORDER BY md5(image_id), image_id LIMIT 2000
    ), named AS (
      SELECT s.image_id, s.origin, min(coalesce(c.display_name, a.label)) AS name
      FROM sample AS s
      LEFT JOIN annotations AS a ON a.image_id = s.image_id AND a.confidence = 1
      LEFT JOIN classes AS c ON c.label = a.label
      GROUP BY s.image_id, s.origin
    ), placed AS (
      SELECT *, row_number() OVER (PARTITION BY name ORDER BY md5(image_id), image_id) AS place FROM named
    )
    SELECT image_id, origin, name FROM placed ORDER BY place, md5(coalesce(name, '')), image_id LIMIT $pictures`,
    { pictures },
  )
  return taker.take(rows.map(row => pictureRequest(row, 'name')))
}

const reasonRows = `
  SELECT verdict, origin, image_id, detail, unnest(CASE WHEN len(reasons) = 0 THEN [''] ELSE reasons END) AS reason
  FROM images WHERE verdict <> 'accepted'`

/** Every reason for which an image was not accepted, with examples. */
export async function collectReasons(
  query: ReportQuery,
  taker: PictureTaker,
  limits: { readonly reasons: number; readonly examples: number },
): Promise<ReasonGroup[]> {
  const groups = await query(
    `SELECT verdict, reason, count(*) AS n FROM (${reasonRows}) GROUP BY verdict, reason
     ORDER BY n DESC, verdict, reason LIMIT $reasons`,
    { reasons: limits.reasons },
  )
  const examples = await query(
    `SELECT * FROM (
      SELECT *, row_number() OVER (PARTITION BY verdict, reason ORDER BY md5(origin), origin) AS place FROM (${reasonRows})
    ) WHERE place <= $examples ORDER BY verdict, reason, place`,
    { examples: limits.examples },
  )
  const key = (row: ReportRow) => `${textOf(row, 'verdict')} ${textOf(row, 'reason')}`
  const examplesOf = groupRows(examples, key)
  const collected: ReasonGroup[] = []
  for (const group of groups)
    collected.push({
      verdict: textOf(group, 'verdict'),
      reason: textOf(group, 'reason'),
      count: numberOf(group, 'n'),
      examples: await taker.take(
        (examplesOf.get(key(group)) ?? []).map(row => pictureRequest(row, 'detail')),
      ),
    })
  return collected
}

/** Which widths and heights occur, by verdict; the commonest and, of the others, an even sample. */
export async function collectResolutions(
  query: ReportQuery,
  pointsPerVerdict: number,
): Promise<ResolutionSummary> {
  const rows = await query(
    `SELECT * FROM (
      SELECT *, row_number() OVER (PARTITION BY verdict ORDER BY n DESC, md5(concat(width, 'x', height))) AS place,
        CAST(sum(n) OVER () AS DOUBLE) AS images
      FROM (
        SELECT width, height, verdict, count(*) AS n FROM images WHERE width > 0 AND height > 0
        GROUP BY width, height, verdict
      )
    ) WHERE place <= $points ORDER BY verdict, n DESC, width, height`,
    { points: pointsPerVerdict },
  )
  const points = rows.map(row => ({
    width: numberOf(row, 'width'),
    height: numberOf(row, 'height'),
    verdict: textOf(row, 'verdict'),
    count: numberOf(row, 'n'),
  }))
  return {
    points,
    images: numberOrNull(rows[0] ?? {}, 'images') ?? 0,
    shown: points.reduce((sum, { count }) => sum + count, 0),
  }
}

/** The request for the picture of a row with `origin`, `image_id` and a column that holds the note. */
export function pictureRequest(row: ReportRow, noteColumn: string) {
  return {
    origin: textOf(row, 'origin'),
    imageId: textOrNull(row, 'image_id'),
    note: textOrNull(row, noteColumn),
  }
}
