import type { ClassSummary } from '../ReportData.ts'
import { pictureRequest } from './images.ts'
import type { PictureTaker } from './PictureTaker.ts'
import { groupRows, numberOf, type ReportQuery, textOf } from './rows.ts'

/** The most frequent classes of the accepted images, with examples. */
export async function collectClasses(
  query: ReportQuery,
  taker: PictureTaker,
  limits: { readonly classes: number; readonly examples: number },
): Promise<ClassSummary> {
  const rows = await query(
    `SELECT *, count(*) OVER () AS classes FROM (
      SELECT l.label, any_value(l.display_name) AS display_name,
        count(*) FILTER (l.present AND l.positives > 0) AS positives,
        count(*) FILTER (NOT l.present AND l.negatives > 0) AS negatives,
        count(*) FILTER (l.positives = 0 AND l.negatives = 0) AS machine
      FROM image_labels AS l JOIN accepted_images AS a ON a.image_id = l.image_id
      GROUP BY l.label
    ) ORDER BY positives DESC, machine DESC, label LIMIT $classes`,
    { classes: limits.classes },
  )
  const [unlabelled = {}] = await query(`
    SELECT count(*) AS n FROM accepted_images
    WHERE image_id NOT IN (SELECT image_id FROM annotations WHERE confidence > 0)`)
  const labels = rows.map(row => textOf(row, 'label'))
  const examples = await query(
    `SELECT * FROM (
      SELECT l.label, a.image_id, a.origin, coalesce(c.display_name, l.label) AS name,
        row_number() OVER (PARTITION BY l.label ORDER BY md5(concat(l.label, a.image_id)), a.image_id) AS place
      FROM (SELECT DISTINCT image_id, label FROM annotations WHERE confidence = 1 AND list_contains(CAST($labels AS VARCHAR[]), label)) AS l
      JOIN accepted_images AS a ON a.image_id = l.image_id
      LEFT JOIN classes AS c ON c.label = l.label
    ) WHERE place <= $examples ORDER BY label, place`,
    { labels, examples: limits.examples },
  )
  const examplesOf = groupRows(examples, row => textOf(row, 'label'))
  const shown: ClassSummary['shown'][number][] = []
  for (const row of rows)
    shown.push({
      label: textOf(row, 'label'),
      displayName: textOf(row, 'display_name'),
      positives: numberOf(row, 'positives'),
      negatives: numberOf(row, 'negatives'),
      machine: numberOf(row, 'machine'),
      examples: await taker.take(
        (examplesOf.get(textOf(row, 'label')) ?? []).map(example => pictureRequest(example, 'name')),
      ),
    })
  return {
    shown,
    total: rows[0] === undefined ? 0 : numberOf(rows[0], 'classes'),
    unlabelled: numberOf(unlabelled, 'n'),
  }
}
