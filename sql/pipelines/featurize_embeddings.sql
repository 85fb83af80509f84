-- A row is an image that the model saw in this run.
SELECT image_id, :model_id AS model_id, :model_sha256 AS model_sha256, image_sha256, embedding, :run_id AS run_id
FROM featurized
WHERE embedding IS NOT NULL
