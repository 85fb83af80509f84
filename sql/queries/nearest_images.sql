-- One row is an image near a given one: cosine of the angle between their embeddings by one model, 1 is the same direction.
-- $image_id text: the image
-- $model_id text: the model
-- $limit integer = 20: rows at most, the nearest first
WITH
asked AS (SELECT embedding FROM embeddings WHERE image_id = $image_id AND model_id = $model_id),
near AS (
  SELECT e.image_id, list_cosine_similarity(e.embedding, a.embedding) AS cosine
  FROM embeddings AS e CROSS JOIN asked AS a
  WHERE e.model_id = $model_id AND e.image_id <> $image_id
  ORDER BY cosine DESC, e.image_id
  LIMIT $limit
)
SELECT n.image_id, n.cosine, image_origin(n.image_id) AS origin
FROM near AS n
ORDER BY n.cosine DESC, n.image_id
