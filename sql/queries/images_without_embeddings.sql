-- One row is one accepted image without an embedding by a model: what featurize would do next.
-- $model_id text: the model
-- $limit integer = 100: rows at most
SELECT w.image_id, image_origin(w.image_id) AS origin
FROM (
  SELECT DISTINCT i.image_id
  FROM images AS i
  WHERE i.verdict = 'accepted'
    AND NOT EXISTS (SELECT 1 FROM embeddings AS e WHERE e.image_id = i.image_id AND e.model_id = $model_id)
  ORDER BY i.image_id
  LIMIT $limit
) AS w
ORDER BY w.image_id
