-- One row is one image and one class on which verifying sources contradict each other (confidence 1 and 0).
-- $limit integer = 100: rows at most
SELECT
  a.image_id,
  a.label,
  class_name(a.label) AS display_name,
  string_agg(CASE WHEN a.confidence = 1 THEN a.source END, ', ' ORDER BY a.source) AS present_say,
  string_agg(CASE WHEN a.confidence = 0 THEN a.source END, ', ' ORDER BY a.source) AS absent_say
FROM annotations AS a
JOIN (
  SELECT DISTINCT y.image_id, y.label
  FROM annotations AS y JOIN annotations AS n ON n.image_id = y.image_id AND n.label = y.label
  WHERE y.confidence = 1 AND n.confidence = 0
  ORDER BY y.image_id, y.label
  LIMIT $limit
) AS d ON d.image_id = a.image_id AND d.label = a.label
GROUP BY a.image_id, a.label
ORDER BY a.image_id, a.label
