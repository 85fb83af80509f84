-- A row is an embedding of the head's model, of an image that is accepted now, that the head has not judged since it was made.
SELECT embeddings.image_id, embeddings.embedding
FROM embeddings
JOIN (SELECT DISTINCT image_id FROM images WHERE verdict = 'accepted') AS accepted ON accepted.image_id = embeddings.image_id
LEFT JOIN (
  SELECT image_id, max(run_id) AS run_id
  FROM predictions
  WHERE head_id = :head_id
  GROUP BY image_id
) AS judged ON judged.image_id = embeddings.image_id
WHERE embeddings.model_id = :model_id
  AND embeddings.model_sha256 = :model_sha256
  AND (judged.run_id IS NULL OR judged.run_id < embeddings.run_id)
