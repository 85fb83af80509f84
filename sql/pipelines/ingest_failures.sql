-- A row is an origin that could not be read in this run; the next run tries it again.
SELECT :run_id AS run_id, 'inspect' AS stage, origin, image_id,
  CASE WHEN array_join(reasons, ',') = '' THEN 'unreadable' ELSE array_join(reasons, ',') END AS code,
  CASE WHEN detail IS NULL THEN '' ELSE detail END AS message
FROM inspections
WHERE fault = 'failed'
