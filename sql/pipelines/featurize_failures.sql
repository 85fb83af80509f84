-- A row is an image that could not be featurized in this run; the next run tries it again.
SELECT :run_id AS run_id, 'featurize' AS stage, origin, image_id, code, message
FROM featurized
WHERE embedding IS NULL
