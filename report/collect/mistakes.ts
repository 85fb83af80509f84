import type { HeadSummary, Mistake } from '../ReportData.ts'
import { pictureRequest } from './images.ts'
import type { PictureTaker } from './PictureTaker.ts'
import { numberOf, numberOrNull, type ReportQuery, textOf } from './rows.ts'

/** Of a head whose classes exclude one another: held-out images whose first class is none of their true ones. */
const exclusiveMistakes = `
  SELECT r.image_id, coalesce(p.display_name, r.predicted) AS predicted, r.probability, r.truth
  FROM (
    SELECT t.image_id, any_value(t.predicted) AS predicted, any_value(t.probability) AS probability,
      string_agg(coalesce(c.display_name, t.actual), ', ' ORDER BY t.actual) AS truth
    FROM test_results AS t LEFT JOIN classes AS c ON c.label = t.actual
    WHERE t.head_id = $head
    GROUP BY t.image_id HAVING NOT bool_or(t.actual = t.predicted)
  ) AS r LEFT JOIN classes AS p ON p.label = r.predicted`

/** Of a head that answers yes or no for each class: verified pairs of image and class where it says the other thing. */
const independentMistakes = `
  SELECT p.image_id, l.truth, l.falsehood AS predicted, greatest(p.probability, 1 - p.probability) AS probability
  FROM splits AS s
  JOIN predictions AS p ON p.head_id = s.head_id AND p.image_id = s.image_id
  JOIN (
    SELECT image_id, label, present,
      CASE WHEN present THEN display_name ELSE concat('not ', display_name) END AS truth,
      CASE WHEN present THEN concat('not ', display_name) ELSE display_name END AS falsehood
    FROM image_labels WHERE positives + negatives > 0
  ) AS l ON l.image_id = p.image_id AND l.label = p.label
  WHERE s.head_id = $head AND s.split = 'test' AND l.present <> (p.probability > 0.5)`

/** The wrong answers on held-out images that the head was surest of. */
export async function collectMistakes(
  query: ReportQuery,
  taker: PictureTaker,
  head: { readonly headId: string; readonly exclusive: boolean },
  limit: number,
): Promise<Pick<HeadSummary, 'mistakes' | 'mistakeCount'>> {
  const [predicted = {}] = await query(
    `SELECT count(*) AS n FROM splits AS s JOIN predictions AS p ON p.head_id = s.head_id AND p.image_id = s.image_id
     WHERE s.head_id = $head AND s.split = 'test'`,
    { head: head.headId },
  )
  if (numberOf(predicted, 'n') === 0) return { mistakes: [], mistakeCount: null }
  const rows = await query(
    `SELECT m.*, coalesce(a.origin, m.image_id) AS origin, count(*) OVER () AS n
     FROM (${head.exclusive ? exclusiveMistakes : independentMistakes}) AS m
     LEFT JOIN accepted_images AS a ON a.image_id = m.image_id
     ORDER BY m.probability DESC, m.image_id, m.predicted LIMIT $limit`,
    { head: head.headId, limit },
  )
  const pictures = await taker.take(rows.map(row => pictureRequest(row, 'truth')))
  return {
    mistakeCount: numberOrNull(rows[0] ?? {}, 'n') ?? 0,
    mistakes: rows.flatMap((row, index): Mistake[] => {
      const picture = pictures[index]
      if (picture === undefined) return []
      return [
        {
          picture,
          truth: textOf(row, 'truth'),
          predicted: textOf(row, 'predicted'),
          probability: numberOf(row, 'probability'),
        },
      ]
    }),
  }
}
