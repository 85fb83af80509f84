-- One row is one annotation, with the display name of its class.
SELECT
  a.image_id,
  a.label,
  coalesce(c.display_name, a.label) AS display_name,
  a.source,
  a.confidence,
  a.run_id
FROM annotations AS a LEFT JOIN classes AS c ON c.label = a.label
