-- A row is an origin that was read, with its verdict. Of several origins with the same bytes, or with the same image id, the first
-- keeps its place: one of an earlier run before one of this run, then by name.
WITH present AS (
  SELECT inspections.origin, inspections.image_id, inspections.sha256, 1 AS this_run
  FROM inspections
  WHERE inspections.fault IS NULL
  UNION ALL
  SELECT images.origin, images.image_id, images.sha256, 0 AS this_run
  FROM images
  LEFT JOIN to_read ON to_read.origin = images.origin
  WHERE to_read.origin IS NULL
    AND images.height IS NOT NULL
    AND NOT array_contains(images.reasons, 'exact_duplicate')
    AND NOT array_contains(images.reasons, 'duplicate_id')
),
ranked AS (
  SELECT
    origin,
    sha256,
    row_number() OVER (PARTITION BY sha256 ORDER BY this_run, origin) AS nth_of_bytes,
    first_value(sha256) OVER (PARTITION BY image_id ORDER BY this_run, origin) AS sha256_of_id
  FROM present
),
judged AS (
  SELECT
    inspections.*,
    to_read.supplier_id,
    to_read.submission_id,
    array_join(inspections.reasons, ',') AS faults,
    concat_ws(',',
      CASE WHEN ranked.nth_of_bytes > 1 THEN 'exact_duplicate' END,
      CASE WHEN ranked.sha256_of_id <> inspections.sha256 THEN 'duplicate_id' END,
      CASE WHEN least(inspections.height, inspections.width) < :min_short_side THEN 'too_small' END,
      CASE WHEN greatest(inspections.height, inspections.width) > :max_aspect_ratio * least(inspections.height, inspections.width)
        THEN 'odd_aspect_ratio' END
    ) AS refusals,
    concat_ws(',',
      CASE WHEN inspections.brightness < :min_brightness THEN 'too_dark' END,
      CASE WHEN inspections.brightness > :max_brightness THEN 'too_bright' END,
      CASE WHEN inspections.entropy < :min_entropy THEN 'low_information' END,
      CASE WHEN inspections.sharpness < :min_sharpness THEN 'blurry' END
    ) AS doubts
  FROM inspections
  JOIN to_read ON to_read.origin = inspections.origin
  LEFT JOIN ranked ON ranked.origin = inspections.origin
)
SELECT
  image_id, sha256, origin, bytes, format, height, width, n_channels, mode, exif_orientation, captured_at, latitude, longitude,
  supplier_id, submission_id,
  CASE
    WHEN fault IS NOT NULL THEN fault
    WHEN refusals <> '' THEN 'rejected'
    WHEN doubts <> '' THEN 'quarantined'
    ELSE 'accepted'
  END AS verdict,
  array_remove(split(concat(faults, ',', refusals, ',', doubts), ','), '') AS reasons,
  detail,
  :rules_version AS rules_version,
  :run_id AS run_id,
  CAST(:ingested_at AS TIMESTAMP) AS ingested_at
FROM judged
