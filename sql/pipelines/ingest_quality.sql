-- A row is an image whose pixels were read in this run, with its scores; of several origins with one image id, the one that keeps it.
SELECT
  inspections.image_id, inspections.sharpness, inspections.brightness, inspections.contrast, inspections.entropy,
  inspections.dark_fraction, inspections.bright_fraction, inspections.colorfulness, :run_id AS run_id
FROM inspections
JOIN judged_images ON judged_images.origin = inspections.origin
WHERE inspections.fault IS NULL
  AND NOT array_contains(judged_images.reasons, 'exact_duplicate')
  AND NOT array_contains(judged_images.reasons, 'duplicate_id')
