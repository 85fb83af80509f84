-- One row is one image with an embedding by a model but no verified class (confidence 1): what is ready to be labelled.
-- $model_id text: the model
-- $limit integer = 100: rows at most
SELECT e.image_id
FROM embeddings AS e
WHERE e.model_id = $model_id
  AND NOT EXISTS (SELECT 1 FROM annotations AS a WHERE a.image_id = e.image_id AND a.confidence = 1)
ORDER BY e.image_id
LIMIT $limit
