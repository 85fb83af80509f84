-- One row is one class that the newest head of a name considered for one image.
SELECT
  h.name AS head,
  p.head_id,
  p.image_id,
  p.label,
  coalesce(c.display_name, p.label) AS display_name,
  p.probability,
  p.rank
FROM predictions AS p
JOIN current_heads AS h ON h.head_id = p.head_id
LEFT JOIN classes AS c ON c.label = p.label
