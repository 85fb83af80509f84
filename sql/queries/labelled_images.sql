-- One row is one accepted image and one class that it shows, by more verifying sources (confidence 1) than deny it (0).
-- $label text = null: a class, by id or display name, with all of its kinds, each image once; null: every class

WITH
asked AS (SELECT CASE WHEN $label IS NOT NULL THEN class_id($label) END AS label),
kinds AS (
  SELECT a.label AS stands_for, k.descendant AS label
  FROM asked AS a JOIN class_closure AS k ON k.ancestor = a.label
  UNION
  SELECT a.label, a.label FROM asked AS a WHERE a.label IS NOT NULL
),
spoken AS (
  SELECT n.image_id, n.label, k.stands_for, n.confidence
  FROM annotations AS n LEFT JOIN kinds AS k ON k.label = n.label
  WHERE n.confidence IN (0, 1) AND ($label IS NULL OR k.label IS NOT NULL)
),
shown AS (
  SELECT DISTINCT s.image_id, coalesce(s.stands_for, s.label) AS label
  FROM (
    SELECT image_id, label, stands_for
    FROM spoken
    GROUP BY image_id, label, stands_for
    HAVING sum(CASE WHEN confidence = 1 THEN 1 ELSE -1 END) > 0
  ) AS s
)
SELECT s.image_id, i.origin, s.label, coalesce(c.display_name, s.label) AS display_name
FROM shown AS s
JOIN accepted_images AS i ON i.image_id = s.image_id
LEFT JOIN classes AS c ON c.label = s.label
ORDER BY s.image_id, s.label
