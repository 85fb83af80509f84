-- One row is one image and one class that some source spoke about: all sources taken together.
-- present: what most verifying sources (confidence 1 or 0) say; null where they tie; without any, a machine's confidence of 0.5 or more.
SELECT
  l.image_id,
  l.label,
  coalesce(c.display_name, l.label) AS display_name,
  CASE
    WHEN l.positives > l.negatives THEN true
    WHEN l.positives < l.negatives THEN false
    WHEN l.positives > 0 THEN NULL
    ELSE l.machine_confidence >= 0.5
  END AS present,
  l.positives,
  l.negatives,
  l.machine_confidence
FROM (
  SELECT
    image_id,
    label,
    count(CASE WHEN confidence = 1 THEN 1 END) AS positives,
    count(CASE WHEN confidence = 0 THEN 1 END) AS negatives,
    max(CASE WHEN confidence > 0 AND confidence < 1 THEN confidence END) AS machine_confidence
  FROM annotations
  GROUP BY image_id, label
) AS l LEFT JOIN classes AS c ON c.label = l.label
