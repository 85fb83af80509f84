-- One row is one class: images verified to show it (confidence 1), and annotations that deny it (0) or are a machine's (between).
-- $limit integer = 50: rows at most, the most frequent classes first
SELECT
  f.label,
  coalesce(c.display_name, f.label) AS display_name,
  f.images,
  f.negatives,
  f.machine
FROM (
  SELECT
    label,
    count(DISTINCT CASE WHEN confidence = 1 THEN image_id END) AS images,
    count(CASE WHEN confidence = 0 THEN 1 END) AS negatives,
    count(CASE WHEN confidence > 0 AND confidence < 1 THEN 1 END) AS machine
  FROM annotations
  GROUP BY label
) AS f LEFT JOIN classes AS c ON c.label = f.label
ORDER BY f.images DESC, f.label
LIMIT $limit
