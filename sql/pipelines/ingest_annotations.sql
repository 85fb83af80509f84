-- A row is a label as its source now gives it, of an image whose labels by that source differ from those the hub holds: these
-- replace all that the source said of the image before.
WITH told AS (
  SELECT image_id, label, source, confidence FROM matched_labels
),
known AS (
  SELECT annotations.image_id, annotations.label, annotations.source, annotations.confidence
  FROM annotations SEMI JOIN told USING (image_id, source)
),
changed AS (
  SELECT image_id, source FROM (SELECT * FROM told EXCEPT SELECT * FROM known)
  UNION
  SELECT image_id, source FROM (SELECT * FROM known EXCEPT SELECT * FROM told)
)
SELECT image_id, label, source, confidence, :run_id AS run_id
FROM told SEMI JOIN changed USING (image_id, source)
ORDER BY label, image_id
