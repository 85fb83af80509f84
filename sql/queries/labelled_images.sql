-- One row is one accepted image and one class that it shows, by more verifying sources (confidence 1) than deny it (0).
-- $label text = null: a class, by id or display name, with all of its kinds, each image once; null: every class

WITH
asked AS (SELECT CASE WHEN $label IS NOT NULL THEN class_id($label) END AS label),
shown AS (
  SELECT DISTINCT l.image_id, coalesce(a.label, l.label) AS label
  FROM image_labels AS l CROSS JOIN asked AS a
  WHERE l.positives > l.negatives
    AND (a.label IS NULL OR l.label IN (SELECT k.descendant FROM class_closure AS k JOIN asked AS b ON k.ancestor = b.label))
)
SELECT s.image_id, i.origin, s.label, coalesce(c.display_name, s.label) AS display_name
FROM shown AS s
JOIN accepted_images AS i ON i.image_id = s.image_id
LEFT JOIN classes AS c ON c.label = s.label
ORDER BY s.image_id, s.label
