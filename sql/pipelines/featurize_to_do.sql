-- A row is an accepted image that this model has not seen, or whose bytes or whose model have changed since. One that crashed the
-- decoder waits until it is ingested anew.
SELECT chosen.image_id, chosen.origin, chosen.sha256, chosen.bytes, chosen.pixels
FROM (
  SELECT
    image_id, origin, sha256, bytes, run_id, CAST(height AS BIGINT) * width AS pixels,
    row_number() OVER (PARTITION BY image_id ORDER BY origin) AS nth
  FROM images
  WHERE verdict = 'accepted'
) AS chosen
LEFT JOIN embeddings
  ON embeddings.image_id = chosen.image_id
  AND embeddings.model_id = :model_id
  AND embeddings.model_sha256 = :model_sha256
  AND embeddings.image_sha256 = chosen.sha256
LEFT JOIN (
  SELECT origin, max(run_id) AS run_id
  FROM failures
  WHERE stage = 'featurize' AND code = 'crashed_decoder'
  GROUP BY origin
) AS crashed ON crashed.origin = chosen.origin AND crashed.run_id > chosen.run_id
WHERE chosen.nth = 1 AND embeddings.image_id IS NULL AND crashed.origin IS NULL
