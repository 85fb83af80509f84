-- One row is one source of annotations: how many say verified present (confidence 1), verified absent (0), or are a machine's (between).
-- $label text = null: only annotations of this class; null for all
SELECT
  source,
  count(CASE WHEN confidence = 1 THEN 1 END) AS positives,
  count(CASE WHEN confidence = 0 THEN 1 END) AS negatives,
  count(CASE WHEN confidence > 0 AND confidence < 1 THEN 1 END) AS machine,
  count(DISTINCT label) AS classes
FROM annotations
WHERE $label IS NULL OR label = $label
GROUP BY source
ORDER BY positives DESC, source
