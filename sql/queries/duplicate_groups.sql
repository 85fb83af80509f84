-- One row is one content (SHA-256) that came from several origins: how many, from how many suppliers, and the bytes spent on the copies.
-- $limit integer = 50: rows at most, the largest groups first
SELECT
  i.sha256,
  min(i.image_id) AS image_id,
  count(*) AS origins,
  count(DISTINCT i.supplier_id) AS suppliers,
  (count(*) - 1) * max(i.bytes) AS wasted_bytes,
  min(i.origin) AS first_origin
FROM images AS i
JOIN (
  SELECT sha256
  FROM images
  WHERE sha256 IS NOT NULL
  GROUP BY sha256
  HAVING count(*) > 1
  ORDER BY count(*) DESC, sha256
  LIMIT $limit
) AS d ON d.sha256 = i.sha256
GROUP BY i.sha256
ORDER BY origins DESC, i.sha256
